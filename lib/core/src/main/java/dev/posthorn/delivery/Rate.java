package dev.posthorn.delivery;

import java.time.Duration;

/**
 * How many per how long, for example 100 a minute.
 *
 * @param permits at least 1
 * @param per 1 ms to 1 day
 */
public record Rate(int permits, Duration per) {

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Rate {
    if (permits < 1) {
      throw new IllegalArgumentException("a rate needs at least 1 permit: " + permits);
    }
    if (per.toMillis() < 1 || per.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("a rate's time must be 1 ms to 1 day: " + per);
    }
  }

  /** That many per that long. */
  public static Rate of(int permits, Duration per) {
    return new Rate(permits, per);
  }

  /** True if fewer are allowed in the same time than by another. */
  public boolean isSlowerThan(Rate other) {
    return perSecond() < other.perSecond();
  }

  /** How many that is per second. */
  public double perSecond() {
    return permits * 1000.0 / per.toMillis();
  }
}
