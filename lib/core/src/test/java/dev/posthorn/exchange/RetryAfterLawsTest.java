package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

/** Laws of {@code Retry-After}, whatever the clock says. */
class RetryAfterLawsTest {
  /** 1970 to 2149. */
  private static final long LATEST = 5_680_000_000L;

  private static final String[] FORMS = {
    "EEE, dd MMM yyyy HH:mm:ss 'GMT'",
    "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
    "EEE MMM ppd HH:mm:ss yyyy",
  };

  @Property(tries = 5000)
  void theResultIsAbsentOrBetweenZeroAndTheLongest(
      @ForAll("headers") String header, @ForAll @LongRange(max = LATEST) long now) {
    assertSensible(RetryAfter.parse(header, Instant.ofEpochSecond(now)));
  }

  @Property
  void theSameHoldsForAnyText(@ForAll String header, @ForAll @LongRange(max = LATEST) long now) {
    assertSensible(RetryAfter.parse(header, Instant.ofEpochSecond(now)));
  }

  @Property
  void secondsAreTakenAsTheyAreUpToTheLongest(@ForAll @LongRange(min = 0) long seconds) {
    Duration longest = RetryAfter.LONGEST;
    Duration expected = seconds > longest.toSeconds() ? longest : Duration.ofSeconds(seconds);
    assertEquals(expected, RetryAfter.parse(Long.toString(seconds), Instant.EPOCH));
  }

  @Property(tries = 3000)
  void aDateInEachFormIsTheTimeUntilIt(
      @ForAll @LongRange(max = LATEST) long now,
      @ForAll @LongRange(min = -1_500_000_000L, max = 1_500_000_000L) long away,
      @ForAll @IntRange(max = 2) int form) {
    Instant at = Instant.ofEpochSecond(now);
    LocalDateTime date = LocalDateTime.ofInstant(at.plusSeconds(away), ZoneOffset.UTC);
    String header = date.format(DateTimeFormatter.ofPattern(FORMS[form], Locale.ENGLISH));
    Duration longest = RetryAfter.LONGEST;
    Duration expected =
        away <= 0 ? Duration.ZERO : away > longest.toSeconds() ? longest : Duration.ofSeconds(away);
    assertEquals(expected, RetryAfter.parse(header, at), header);
  }

  private static void assertSensible(@Nullable Duration wait) {
    assertTrue(
        wait == null || (!wait.isNegative() && wait.compareTo(RetryAfter.LONGEST) <= 0),
        () -> "waits " + wait);
  }

  /** What is nearly a number or nearly a date. */
  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> words =
        Arbitraries.of(
            "Sun",
            "Sunday",
            "Mon",
            ",",
            " ",
            "  ",
            "06",
            "6",
            "31",
            "-",
            "Nov",
            "Feb",
            "94",
            "1994",
            "9999",
            "+999999999",
            "08:49:37",
            "25:61:61",
            "GMT",
            "UTC",
            "0",
            "-1",
            "99999999999999999999",
            "\u0661",
            "\u0000",
            "\t");
    return words.list().ofMaxSize(12).map(list -> String.join("", list));
  }
}
