package dev.posthorn.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Retries after fixed delays, optionally with jitter, a limit by age, and statuses that end it.
 *
 * <pre>{@code
 * RetrySchedule.after(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(5));
 * RetrySchedule.exponential(Duration.ofSeconds(5), 2, Duration.ofHours(1), 12).withJitter(0.2);
 * }</pre>
 *
 * <p>Immutable and thread-safe; the methods that change something return a copy. Two schedules are
 * equal if they say the same.
 */
public final class RetrySchedule implements RetryPolicy {
  private static final Duration LONGEST_DELAY = Duration.ofDays(365);
  private static final int MOST_RETRIES = 1000;

  private final List<Duration> delays;
  private final double jitter;
  private final @Nullable Duration giveUpAfter;
  private final Set<Integer> never;

  private RetrySchedule(
      List<Duration> delays, double jitter, @Nullable Duration giveUpAfter, Set<Integer> never) {
    this.delays = delays;
    this.jitter = jitter;
    this.giveUpAfter = giveUpAfter;
    this.never = never;
  }

  private static RetrySchedule of(List<Duration> delays) {
    return new RetrySchedule(List.copyOf(delays), 0, null, Set.of());
  }

  /**
   * One retry after each of these delays, each counted from the end of the attempt before.
   *
   * @throws IllegalArgumentException if there are more than 1000, or one is negative or over 365
   *     days
   */
  public static RetrySchedule after(Duration... delays) {
    List<Duration> copy = List.of(delays);
    checkRetries(copy.size());
    copy.forEach(delay -> checkDelay("a delay", delay));
    return of(copy);
  }

  /** One attempt, no retry. */
  public static RetrySchedule none() {
    return of(List.of());
  }

  /**
   * Delays that grow by a factor up to a longest one.
   *
   * @param first the delay before the first retry, more than zero: from zero nothing grows
   * @param factor what each delay is multiplied with for the next one, at least 1
   * @param longest no delay is longer than this; at least {@code first}, at most 365 days
   * @param retries how many retries, 0 to 1000
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static RetrySchedule exponential(
      Duration first, double factor, Duration longest, int retries) {
    checkDelay("first", first);
    checkDelay("longest", longest);
    if (first.isZero() || first.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "first must be more than zero and at most longest: " + first + ", " + longest);
    }
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor must be at least 1 and finite: " + factor);
    }
    checkRetries(retries);
    List<Duration> delays = new ArrayList<>(retries);
    double nanos = first.toNanos();
    for (int i = 0; i < retries; i++) {
      // may grow to infinity, which is more than any limit too
      boolean capped = nanos >= longest.toNanos();
      delays.add(capped ? longest : Duration.ofNanos(Math.round(nanos)));
      nanos *= factor;
    }
    return of(delays);
  }

  /**
   * Spreads each delay evenly over {@code delay * (1 - factor)} to {@code delay * (1 + factor)}, so
   * that deliveries that failed together do not come back together. The default is 0.
   *
   * @throws IllegalArgumentException if the factor is not between 0 and 1
   */
  public RetrySchedule withJitter(double factor) {
    if (!(factor >= 0 && factor <= 1)) {
      throw new IllegalArgumentException("jitter factor must be 0 to 1: " + factor);
    }
    return new RetrySchedule(delays, factor, giveUpAfter, never);
  }

  /**
   * Gives up instead of retrying when the retry would come later than this after the round began.
   * The default is no limit of the schedule's own.
   *
   * @throws IllegalArgumentException if the age is zero or negative
   */
  public RetrySchedule giveUpAfter(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("giveUpAfter must be positive: " + age);
    }
    return new RetrySchedule(delays, jitter, age, never);
  }

  /**
   * Never retries after an answer of exactly these statuses: they are permanent. The default is
   * none.
   *
   * @throws IllegalArgumentException if one is not 200 to 599
   */
  public RetrySchedule neverAfter(int... statuses) {
    Set<Integer> permanent = new TreeSet<>();
    for (int status : statuses) {
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("a status must be 200 to 599: " + status);
      }
      permanent.add(status);
    }
    return new RetrySchedule(delays, jitter, giveUpAfter, Collections.unmodifiableSet(permanent));
  }

  @Override
  public int maxAttempts() {
    return delays.size() + 1;
  }

  @Override
  public Optional<Duration> delayAfter(
      int attempt, Duration age, Outcome.Failed failure, RandomGenerator random) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts count from 1: " + attempt);
    }
    if (attempt > delays.size() || isPermanent(failure)) {
      return Optional.empty();
    }
    Duration delay = jittered(delays.get(attempt - 1), random);
    boolean tooLate = giveUpAfter != null && age.plus(delay).compareTo(giveUpAfter) > 0;
    return tooLate ? Optional.empty() : Optional.of(delay);
  }

  @Override
  public boolean isPermanent(Outcome.Failed failure) {
    return never.contains(failure.status());
  }

  @Override
  public Duration span() {
    Duration longest = Duration.ZERO;
    for (Duration delay : delays) {
      longest = longest.plus(delay).plusNanos(reach(delay));
    }
    if (giveUpAfter == null || giveUpAfter.compareTo(longest) >= 0) {
      return longest;
    }
    return giveUpAfter;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RetrySchedule that
        && delays.equals(that.delays)
        && jitter == that.jitter
        && Objects.equals(giveUpAfter, that.giveUpAfter)
        && never.equals(that.never);
  }

  @Override
  public int hashCode() {
    return Objects.hash(delays, jitter, giveUpAfter, never);
  }

  /** For example {@code RetrySchedule[PT0S, PT1M, PT5M]}. */
  @Override
  public String toString() {
    return "RetrySchedule"
        + delays
        + (jitter == 0 ? "" : " jitter " + jitter)
        + (giveUpAfter == null ? "" : " giving up after " + giveUpAfter)
        + (never.isEmpty() ? "" : " never after " + never);
  }

  private Duration jittered(Duration delay, RandomGenerator random) {
    if (jitter == 0 || delay.isZero()) {
      return delay;
    }
    long reach = reach(delay);
    long offset = Math.round(reach * (2 * random.nextDouble() - 1));
    // a double has fewer digits than a long: rounding must not lead out of the bounds
    return delay.plusNanos(Math.max(-reach, Math.min(reach, offset)));
  }

  /** How far jitter may move a delay, in nanoseconds; never more than the delay itself. */
  private long reach(Duration delay) {
    long nanos = delay.toNanos();
    return Math.min(nanos, (long) (nanos * jitter));
  }

  private static void checkRetries(int retries) {
    if (retries < 0 || retries > MOST_RETRIES) {
      throw new IllegalArgumentException("retries must be 0 to " + MOST_RETRIES + ": " + retries);
    }
  }

  private static void checkDelay(String name, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException(name + " must be 0 to 365 days: " + delay);
    }
  }
}
