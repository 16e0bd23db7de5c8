package dev.posthorn.contract;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to try again. Implementations are thread-safe and pure: no clock, no state, and all chance
 * comes from the generator handed in. {@link RetrySchedule} is the usual one.
 */
public interface RetryPolicy {

  /** The greatest number of attempts in a round, the first one included; at least 1. */
  int maxAttempts();

  /**
   * How long to wait after a failed attempt. A pause that the receiver asked for may make it
   * longer. A negative delay counts as zero; one that throws counts as a minute, and is logged.
   *
   * @param attempt the number of the attempt that has just failed, from 1; never asked when it
   *     equals {@link #maxAttempts()}
   * @param age how long this round has lasted, by the store's clock
   * @param failure what came of the attempt
   * @param random the only source of chance
   * @return the delay, zero for at once, or empty to give up
   */
  Optional<Duration> delayAfter(
      int attempt, Duration age, Outcome.Failed failure, RandomGenerator random);

  /**
   * True if no retry can mend a failure: the delivery ends as a permanent failure, whichever
   * attempt it was, and does not count as one that has used up its attempts. By default none is.
   */
  default boolean isPermanent(Outcome.Failed failure) {
    return false;
  }

  /** The longest time that may pass between the first and the last attempt, exchanges aside. */
  Duration span();
}
