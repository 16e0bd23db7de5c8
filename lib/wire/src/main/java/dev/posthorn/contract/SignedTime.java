package dev.posthorn.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** The time that a signature covers, in seconds since 1970, so that old requests are of no use. */
final class SignedTime {
  /** How far a receiver's clock and a sender's may be apart, either way. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  /** Nothing that {@code Long.parseLong} takes besides: no sign, no other digits, no overflow. */
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");

  private SignedTime() {}

  static String of(Instant at) {
    return Long.toString(at.getEpochSecond());
  }

  /**
   * The header's text, once it is known to be a time close to now.
   *
   * @throws RefusedException with 401 if it is missing, is no time, or is too far from now
   */
  static String required(String name, RequestHeaders headers, Instant now) {
    return check(name, headers.proof(name), now);
  }

  /**
   * The text, once it is known to be a time close to now.
   *
   * @param name the header in which it stands
   * @throws RefusedException with 401 if it is no time, or is too far from now
   */
  static String check(String name, String given, Instant now) {
    if (!SECONDS.matcher(given).matches()) {
      throw RefusedException.unauthenticated(name + " must be a time in seconds since 1970");
    }
    long apart = Math.abs(now.getEpochSecond() - Long.parseLong(given));
    if (apart > TOLERANCE.toSeconds()) {
      throw RefusedException.unauthenticated(
          name + " is more than " + TOLERANCE.toSeconds() + " seconds from now");
    }
    return given;
  }
}
