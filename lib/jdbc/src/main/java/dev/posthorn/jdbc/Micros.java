package dev.posthorn.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the database keeps them: microseconds, which every database counts alike. */
final class Micros {
  /** Later than anything that is waited for. */
  static final long NEVER = 9_000_000_000_000_000_000L;

  private static final long SECOND = 1_000_000;

  private Micros() {}

  /** Rounded up, so that nothing happens too early; what is longer than any wait is cut. */
  static long of(Duration duration) {
    if (duration.getSeconds() > NEVER / 2 / SECOND) {
      return NEVER / 2;
    }
    return duration.getSeconds() * SECOND + (duration.getNano() + 999) / 1000;
  }

  static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  /** Rounded down; what is further away than anything that is kept is cut. */
  static long of(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (Math.abs(seconds) > NEVER / SECOND) {
      return seconds < 0 ? -NEVER : NEVER;
    }
    return seconds * SECOND + instant.getNano() / 1000;
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
