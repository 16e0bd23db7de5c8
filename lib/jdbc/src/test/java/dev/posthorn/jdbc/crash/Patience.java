package dev.posthorn.jdbc.crash;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens in other processes, and can only be asked about. */
final class Patience {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

  private Patience() {}

  /** True as soon as the condition holds, false if it did not within the limit. */
  static boolean until(Duration atMost, BooleanSupplier condition) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(PAUSE);
    }
    return true;
  }
}
