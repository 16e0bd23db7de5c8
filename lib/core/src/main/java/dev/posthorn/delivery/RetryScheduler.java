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
 * <p>For implementers: at most a handful of wake-ups are outstanding, however many retries wait;
 * those that were cancelled come on top, if they are kept until their time. The task returns within
 * microseconds, does no I/O, never throws, and may run on any thread, concurrently, late, early, or
 * after it was cancelled. So one thread may run all of them, and none needs to be guarded.
 *
 * <p>{@code schedule} must never run the task inside the call, a delay of zero and a call from a
 * task included. It must not block, and may be called from any thread. The engine holds locks of
 * its own when it calls, and its task takes them: neither {@code schedule} nor {@code cancel} may
 * wait for a task that is running. What {@code schedule} throws is logged, shown in the health
 * report, and tried again at the next event. Posthorn never shuts down a scheduler that it was
 * given.
 */
@FunctionalInterface
public interface RetryScheduler {

  /**
   * Runs a task once, not before the delay has passed: a timer that is coarser than the delay
   * rounds it up.
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

  /**
   * Uses the host's timers, which stay the host's to shut down. A {@link
   * java.util.concurrent.ScheduledThreadPoolExecutor} keeps what was cancelled until its time
   * unless it is told {@code setRemoveOnCancelPolicy(true)}.
   */
  static RetryScheduler on(ScheduledExecutorService timers) {
    return (wake, delay) -> {
      Future<?> task = timers.schedule(wake, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> task.cancel(false);
    };
  }
}
