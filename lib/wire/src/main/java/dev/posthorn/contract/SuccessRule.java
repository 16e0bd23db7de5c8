package dev.posthorn.contract;

import java.util.Arrays;

/**
 * Which HTTP statuses mean that the receiver took the event. Must be pure and thread-safe; if it
 * throws, the attempt has failed with {@link FailureDetail#SENDER}.
 */
@FunctionalInterface
public interface SuccessRule {

  /** True if this status, always between 200 and 299 when asked, means success. */
  boolean accepts(int status);

  /** Every status from 200 to 299. */
  static SuccessRule any2xx() {
    return status -> status >= 200 && status <= 299;
  }

  /**
   * Exactly these statuses.
   *
   * @throws IllegalArgumentException if there is none, or one outside 200 to 299: redirects and
   *     errors can never be success
   */
  static SuccessRule of(int... statuses) {
    if (statuses.length == 0) {
      throw new IllegalArgumentException("a success rule needs at least one status");
    }
    for (int status : statuses) {
      if (status < 200 || status > 299) {
        throw new IllegalArgumentException("a success status must be 200 to 299: " + status);
      }
    }
    int[] accepted = statuses.clone();
    Arrays.sort(accepted);
    return status -> Arrays.binarySearch(accepted, status) >= 0;
  }
}
