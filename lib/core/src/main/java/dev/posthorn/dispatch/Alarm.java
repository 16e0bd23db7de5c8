package dev.posthorn.dispatch;

import dev.posthorn.delivery.RetryScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One purpose's wake-up: armed anew only for an earlier instant, so that at most a few are
 * outstanding however often it is asked for. Thread-safe.
 */
final class Alarm {
  private static final Duration FLOOR = Duration.ofMillis(1);

  private final RetryScheduler scheduler;
  private final Clock clock;
  private final Troubles troubles;
  private final Runnable action;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Instant at; // guarded by lock
  private RetryScheduler.@Nullable Wakeup wakeup; // guarded by lock
  private boolean off; // guarded by lock

  Alarm(RetryScheduler scheduler, Clock clock, Troubles troubles, Runnable action) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.troubles = troubles;
    this.action = action;
  }

  /** Makes sure that the action runs at the latest after this delay. */
  void within(Duration delay) {
    lock.lock();
    try {
      Instant now = clock.instant();
      Instant wanted = now.plus(delay.compareTo(FLOOR) < 0 ? FLOOR : delay);
      // One that should have rung already was lost, or the clock has jumped.
      boolean served = at != null && at.isAfter(now) && !wanted.isBefore(at);
      if (!off && !served) {
        cancel();
        at = wanted;
        wakeup = scheduler.schedule(() -> ring(wanted), Duration.between(now, wanted));
      }
    } catch (Throwable failure) { // the host's code, which may be out of threads
      at = null;
      troubles.note(Troubles.Kind.SCHEDULER, "setting an alarm", failure);
    } finally {
      lock.unlock();
    }
  }

  /** Rings again when it is asked to. */
  void turnOn() {
    lock.lock();
    try {
      off = false;
    } finally {
      lock.unlock();
    }
  }

  /** Rings no more until it is turned on. */
  void turnOff() {
    lock.lock();
    try {
      off = true;
      cancel();
    } finally {
      lock.unlock();
    }
  }

  private void ring(Instant set) {
    lock.lock();
    try {
      if (off) {
        return;
      }
      if (set.equals(at)) {
        at = null;
        wakeup = null;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  private void cancel() {
    if (wakeup == null) {
      return;
    }
    try {
      wakeup.cancel();
    } catch (Throwable failure) { // the host's code
      troubles.note(Troubles.Kind.SCHEDULER, "cancelling an alarm", failure);
    }
    wakeup = null;
    at = null;
  }
}
