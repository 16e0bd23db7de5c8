package dev.posthorn.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A point in time as RFC 3339 writes it: in UTC with {@code Z}, microseconds at the finest. */
final class Timestamp {
  private static final Instant YEAR_0000 = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  private Timestamp() {}

  /** For example {@code 2026-05-05T12:00:00Z}; what is finer than a microsecond is cut off. */
  static String text(String name, Instant time) {
    if (time.isBefore(YEAR_0000) || !time.isBefore(YEAR_10000)) {
      throw new InvalidEventException(name + " must be in the years 0000 to 9999: " + time);
    }
    return time.truncatedTo(ChronoUnit.MICROS).toString();
  }
}
