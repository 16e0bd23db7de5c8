package dev.posthorn.testing;

import dev.posthorn.receiver.ProcessedEvents;
import dev.posthorn.receiver.RecentEvents;
import java.time.Duration;
import java.time.Instant;

class RecentEventsCompatibilityTest extends ProcessedEventsCompatibilityTest {
  private final ManualTime time = ManualTime.at(Instant.parse("2026-06-01T00:00:00Z"));

  @Override
  protected ProcessedEvents open() {
    return RecentEvents.atMost(1000, time);
  }

  @Override
  protected void passTime(Duration by) {
    time.advance(by);
  }
}
