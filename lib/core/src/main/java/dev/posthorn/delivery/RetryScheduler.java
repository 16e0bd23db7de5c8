package dev.posthorn.delivery;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Wakes the engine up. It schedules neither deliveries nor retries: those stand in the store with
 * their due times, and the store alone decides what is due. So a wake-up that comes early costs one
 * empty look, a late one delays retries, and a lost one delays them until the next publish or
 * result.
 *
 * <p>For implementers: at most a handful of wake-ups are outstanding, however many retries wait.
 * The task returns within microseconds, does no I/O, never throws, and may run on any thread,
 * concurrently, late, early, or after it was cancelled. {@code schedule} must never run it inside
 * the call, must not block, and may be called from any thread. What it throws is logged, shown in
 * the health report, and tried again at the next event. Posthorn never shuts down a scheduler that
 * it was given.
 */
@FunctionalInterface
public interface RetryScheduler {

  /**
   * Runs a task once, not before the delay has passed.
   *
   * @param wake the task
   * @param delay zero or more; may be days
   * @return a handle to cancel it
   */
  Wakeup schedule(Runnable wake, Duration delay);

  /** A wake-up to come. */
  @FunctionalInterface
  interface Wakeup {
    /** Makes a best effort not to run the task; idempotent, never blocks. */
    void cancel();
  }

  /** Uses the host's timers, which stay the host's to shut down. */
  static RetryScheduler on(ScheduledExecutorService timers) {
    return (wake, delay) -> {
      Future<?> task = timers.schedule(wake, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> task.cancel(false);
    };
  }
}
