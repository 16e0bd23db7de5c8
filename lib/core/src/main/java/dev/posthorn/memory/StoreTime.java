package dev.posthorn.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The store's own line of time, in whole microseconds. It never runs backwards: when the clock is
 * set back the line goes on from where it was, so that nothing that waits has to wait longer. Not
 * thread-safe.
 */
final class StoreTime {
  private static final long LONGEST = Duration.ofDays(1_000_000).toSeconds() * 1_000_000;

  private final Clock clock;
  private long last = Long.MIN_VALUE;
  private long aheadOfClock;

  StoreTime(Clock clock) {
    this.clock = clock;
  }

  long now() {
    Instant read = clock.instant();
    long now = read.getEpochSecond() * 1_000_000 + read.getNano() / 1000 + aheadOfClock;
    if (now < last) {
      aheadOfClock += last - now;
      now = last;
    }
    last = now;
    return now;
  }

  /** A point of the line as the clock shows it, in microseconds since 1970. */
  long wall(long time) {
    return time - aheadOfClock;
  }

  /** A point of the line as the clock shows it. */
  Instant instant(long time) {
    return instantOfWall(wall(time));
  }

  static Instant instantOfWall(long wall) {
    return Instant.EPOCH.plus(wall, ChronoUnit.MICROS);
  }

  /**
   * An instant as the clock shows it, in microseconds since 1970. Rounded up, so that whole
   * microseconds are before it if they are before the instant. Beyond a million days, as far away
   * as can be.
   */
  static long wallOf(Instant instant) {
    long second = instant.getEpochSecond();
    if (Math.abs(second) >= LONGEST / 1_000_000) {
      return second < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return second * 1_000_000 + (instant.getNano() + 999) / 1000;
  }

  /** Rounded up, since nothing may happen too early; zero to a million days. */
  static long micros(Duration duration) {
    if (duration.getSeconds() >= LONGEST / 1_000_000) {
      return LONGEST;
    }
    return Math.max(0, duration.getSeconds() * 1_000_000 + (duration.getNano() + 999) / 1000);
  }

  static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
