package dev.posthorn.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Retries after fixed delays, optionally with jitter and a limit by age.
 *
 * <pre>{@code
 * RetrySchedule.after(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(5));
 * RetrySchedule.exponential(Duration.ofSeconds(5), 2, Duration.ofHours(1), 12).withJitter(0.2);
 * }</pre>
 *
 * <p>Immutable; the methods that change something return a copy.
 */
public final class RetrySchedule implements RetryPolicy {
  private final List<Duration> delays;
  private final double jitter;
  private final @Nullable Duration giveUpAfter;

  private RetrySchedule(List<Duration> delays, double jitter, @Nullable Duration giveUpAfter) {
    this.delays = delays;
    this.jitter = jitter;
    this.giveUpAfter = giveUpAfter;
  }

  /**
   * One retry after each of these delays, each counted from the end of the attempt before.
   *
   * @throws IllegalArgumentException if a delay is negative or over 365 days
   */
  public static RetrySchedule after(Duration... delays) {
    for (Duration delay : delays) {
      checkDelay(delay);
    }
    return new RetrySchedule(List.of(delays), 0, null);
  }

  /** One attempt, no retry. */
  public static RetrySchedule none() {
    return new RetrySchedule(List.of(), 0, null);
  }

  /**
   * Delays that grow by a factor up to a longest one.
   *
   * @param first the delay before the first retry
   * @param factor what each delay is multiplied with for the next one, at least 1
   * @param longest no delay is longer than this
   * @param retries how many retries, 0 to 1000
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static RetrySchedule exponential(
      Duration first, double factor, Duration longest, int retries) {
    checkDelay(first);
    checkDelay(longest);
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor must be at least 1: " + factor);
    }
    if (retries < 0 || retries > 1000) {
      throw new IllegalArgumentException("retries must be 0 to 1000: " + retries);
    }
    List<Duration> delays = new ArrayList<>(retries);
    double limit = longest.toMillis();
    double millis = first.toMillis();
    for (int i = 0; i < retries; i++) {
      delays.add(Duration.ofMillis(Math.round(Math.min(millis, limit))));
      millis *= factor;
    }
    return new RetrySchedule(List.copyOf(delays), 0, null);
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
    return new RetrySchedule(delays, factor, giveUpAfter);
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
    return new RetrySchedule(delays, jitter, age);
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
    if (attempt > delays.size()) {
      return Optional.empty();
    }
    Duration delay = jittered(delays.get(attempt - 1), random);
    boolean tooLate = giveUpAfter != null && age.plus(delay).compareTo(giveUpAfter) > 0;
    return tooLate ? Optional.empty() : Optional.of(delay);
  }

  @Override
  public Duration span() {
    Duration sum = delays.stream().reduce(Duration.ZERO, Duration::plus);
    Duration longest = sum.plusMillis(Math.round(sum.toMillis() * jitter));
    if (giveUpAfter == null || giveUpAfter.compareTo(longest) >= 0) {
      return longest;
    }
    return giveUpAfter;
  }

  /** For example {@code RetrySchedule[PT0S, PT1M, PT5M]}. */
  @Override
  public String toString() {
    return "RetrySchedule"
        + delays
        + (jitter == 0 ? "" : " jitter " + jitter)
        + (giveUpAfter == null ? "" : " giving up after " + giveUpAfter);
  }

  private Duration jittered(Duration delay, RandomGenerator random) {
    if (jitter == 0 || delay.isZero()) {
      return delay;
    }
    double spread = 1 + jitter * (2 * random.nextDouble() - 1);
    return Duration.ofMillis(Math.round(delay.toMillis() * spread));
  }

  private static void checkDelay(Duration delay) {
    if (delay.isNegative() || delay.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException("a delay must be 0 to 365 days: " + delay);
    }
  }
}
