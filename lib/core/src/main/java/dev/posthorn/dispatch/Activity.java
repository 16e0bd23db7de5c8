package dev.posthorn.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Counts what the engine is doing, so that one can wait until it does nothing. Whoever starts
 * something begins it before ending what it came from, so the count never touches zero in between.
 * Thread-safe.
 */
final class Activity {
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicInteger waiters = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  void begin() {
    running.incrementAndGet();
  }

  void end() {
    ended.incrementAndGet();
    running.decrementAndGet();
    if (waiters.get() > 0) {
      tell();
    }
  }

  /** How many activities have ended; changes whenever something has happened. */
  long ended() {
    return ended.get();
  }

  /** Waits until nothing runs and the condition holds; false if that did not happen in time. */
  boolean await(BooleanSupplier condition, long nanos) {
    waiters.incrementAndGet();
    lock.lock();
    try {
      long left = nanos;
      while (running.get() > 0 || !condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        // The condition may come true without anything ending, and then nobody tells.
        long pause = Math.min(left, LONGEST_PAUSE);
        left -= pause - changed.awaitNanos(pause);
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
      waiters.decrementAndGet();
    }
  }

  private void tell() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
