package dev.posthorn.memory;

import dev.posthorn.delivery.Rate;
import java.time.Duration;

/**
 * A bucket of claims that refills evenly. It holds a tenth of a second's worth, at least one claim,
 * and begins full; so over any time a lane gets what the rate allows for that time and at most one
 * such burst. Not thread-safe.
 */
final class Pace {
  private static final double BURST = StoreTime.micros(Duration.ofMillis(100));

  private final Rate rate;
  private final double interval;
  private final int burst;

  /** When the bucket was empty, were it never full. */
  private long emptyAt;

  Pace(Rate rate, long now) {
    this.rate = rate;
    this.interval = (double) StoreTime.micros(rate.per()) / rate.permits();
    this.burst = (int) Math.max(1, Math.min(rate.permits(), BURST / interval));
    this.emptyAt = now - worth(burst);
  }

  /** Another rate for the same lane: what the bucket holds is kept, or a change would refill it. */
  Pace changedTo(Rate next, long now) {
    if (next.equals(rate)) {
      return this;
    }
    Pace changed = new Pace(next, now);
    double kept = Math.min(changed.burst, (now - emptyAt) / interval);
    changed.emptyAt = now - (long) (kept * changed.interval);
    return changed;
  }

  Rate rate() {
    return rate;
  }

  int available(long now) {
    return (int) Math.min(burst, (now - emptyAt) / interval);
  }

  void take(int claims, long now) {
    emptyAt = Math.max(emptyAt, now - worth(burst)) + worth(claims);
  }

  /** When there is at least one again. */
  long readyAt() {
    return emptyAt + worth(1);
  }

  private long worth(int claims) {
    return (long) Math.ceil(claims * interval);
  }
}
