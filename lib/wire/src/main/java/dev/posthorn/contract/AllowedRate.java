package dev.posthorn.contract;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a minute a receiver lets a sender make (CloudEvents Web Hooks 1.0.2, section
 * 4.2.2).
 *
 * @param perMinute 1 to 999,999,999; empty if there is no limit
 */
public record AllowedRate(OptionalInt perMinute) {
  private static final int MOST = 999_999_999;
  private static final String UNLIMITED = "*";
  private static final Pattern POSITIVE = Pattern.compile("0*[1-9][0-9]*");

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is not 1 to 999,999,999
   */
  public AllowedRate {
    int rate = perMinute.orElse(1);
    if (rate < 1 || rate > MOST) {
      throw new IllegalArgumentException(
          "a rate must be 1 to " + MOST + " requests a minute: " + rate);
    }
  }

  /**
   * So many requests a minute.
   *
   * @throws IllegalArgumentException if they are not 1 to 999,999,999
   */
  public static AllowedRate perMinute(int requests) {
    return new AllowedRate(OptionalInt.of(requests));
  }

  /** No limit. */
  public static AllowedRate unlimited() {
    return new AllowedRate(OptionalInt.empty());
  }

  /**
   * Reads {@code WebHook-Allowed-Rate}, which is {@code *} or a positive decimal number; one of
   * more than nine digits limits nobody.
   *
   * @return empty if there is none, or it is anything else: no rate was named then
   */
  public static Optional<AllowedRate> parse(@Nullable String header) {
    if (header == null || !(header.equals(UNLIMITED) || POSITIVE.matcher(header).matches())) {
      return Optional.empty();
    }
    String digits = header.equals(UNLIMITED) ? "" : header.replaceFirst("^0+", "");
    return Optional.of(
        digits.isEmpty() || digits.length() > 9
            ? unlimited()
            : perMinute(Integer.parseInt(digits)));
  }

  /** What {@link #parse} reads: {@code *} or the number. */
  public String header() {
    return perMinute.isPresent() ? Integer.toString(perMinute.getAsInt()) : UNLIMITED;
  }
}
