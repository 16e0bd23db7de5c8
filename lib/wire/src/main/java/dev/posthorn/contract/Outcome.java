package dev.posthorn.contract;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one attempt came to. There is no third case: whatever happens becomes one of these two. */
public sealed interface Outcome {

  /** True if the receiver took the event. */
  default boolean accepted() {
    return this instanceof Accepted;
  }

  /** The HTTP status, 200 to 599, or 0 if no response came. */
  int status();

  /**
   * What happened, as a clause for a person: {@code the endpoint answered 503}, {@code the
   * connection was refused}.
   */
  String describe();

  /**
   * The receiver answered with a status that the contract counts as success.
   *
   * @param status the HTTP status, 200 to 299
   */
  record Accepted(int status) implements Outcome {

    /**
     * Checks the status.
     *
     * @throws IllegalArgumentException if it is not 200 to 299
     */
    public Accepted {
      if (status < 200 || status > 299) {
        throw new IllegalArgumentException("an accepted status must be 200 to 299: " + status);
      }
    }

    @Override
    public String describe() {
      return "the endpoint answered " + status;
    }
  }

  /**
   * The attempt failed. The receiver may have taken the event all the same: a response can be lost
   * on its way back, which is why delivery is at least once.
   *
   * @param detail what went wrong; it implies the {@link #reason()}
   * @param status the HTTP status if a response came, otherwise 0
   * @param retryAfter how long the receiver asked to be left alone by {@code Retry-After} (RFC
   *     9110, section 10.2.3), at most 365 days; null if it did not. The webhook is paused for it
   *     only after 429, 502, 503 and 504, and never for longer than the sender's own limit
   */
  record Failed(FailureDetail detail, int status, @Nullable Duration retryAfter)
      implements Outcome {

    /** A failure without a response. */
    public static Failed of(FailureDetail detail) {
      return new Failed(detail, 0, null);
    }

    /** A response whose status is not success. */
    public static Failed status(int status, @Nullable Duration retryAfter) {
      return new Failed(FailureDetail.STATUS, status, retryAfter);
    }

    /** The reason in the words of the wire. */
    public FailureReason reason() {
      return detail.reason();
    }

    @Override
    public String describe() {
      return status > 0 ? "the endpoint answered " + status : detail.explanation();
    }
  }
}
