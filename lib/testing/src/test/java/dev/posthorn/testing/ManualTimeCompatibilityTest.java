package dev.posthorn.testing;

import dev.posthorn.delivery.RetryScheduler;
import java.time.Duration;
import java.time.Instant;

class ManualTimeCompatibilityTest extends RetrySchedulerCompatibilityTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private final ManualTime time = ManualTime.at(START);

  @Override
  protected RetryScheduler open() {
    return time;
  }

  @Override
  protected void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  protected long nanoTime() {
    return Duration.between(START, time.instant()).toNanos();
  }
}
