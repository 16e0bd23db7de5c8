package dev.posthorn.testing;

import dev.posthorn.delivery.RetryScheduler;
import java.util.concurrent.ScheduledThreadPoolExecutor;

class HostTimersCompatibilityTest extends RetrySchedulerCompatibilityTest {
  private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);

  @Override
  protected RetryScheduler open() {
    return RetryScheduler.on(timers);
  }

  @Override
  protected void close(RetryScheduler opened) {
    timers.shutdownNow();
  }
}
