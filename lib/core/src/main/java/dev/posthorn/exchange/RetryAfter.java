package dev.posthorn.exchange;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Retry-After} (RFC 9110, section 10.2.3): seconds of any size, or a date in one of
 * the three forms that HTTP knows. Anything else counts as absent.
 */
final class RetryAfter {
  /** Longer waits are cut to this; whoever uses the value caps it further. */
  static final Duration LONGEST = Duration.ofDays(365);

  private static final int LONGEST_TEXT = 64;
  private static final DateTimeFormatter USUAL = form("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss uuuu");

  private RetryAfter() {}

  /** How long from now; null if the header is absent or makes no sense. */
  static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null || header.length() > LONGEST_TEXT) {
      return null;
    }
    String text = header.strip();
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? seconds(text) : date(text, now);
  }

  private static Duration seconds(String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    boolean huge = significant.length() > 9;
    return huge ? LONGEST : cut(Duration.ofSeconds(Long.parseLong(significant)));
  }

  private static @Nullable Duration date(String text, Instant now) {
    return read(text, USUAL)
        .or(() -> read(text, ASCTIME))
        .or(() -> read(text, rfc850(now)))
        .map(until -> cut(Duration.between(now, until)))
        .orElse(null);
  }

  /** Two digits of a year mean the one that is not more than 50 years ahead. */
  private static DateTimeFormatter rfc850(Instant now) {
    int earliest = now.atOffset(ZoneOffset.UTC).getYear() - 49;
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private static Optional<Instant> read(String text, DateTimeFormatter form) {
    try {
      return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException notThisForm) {
      return Optional.empty();
    }
  }

  private static Duration cut(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT); // or 31 Feb would count as the 28th
  }
}
