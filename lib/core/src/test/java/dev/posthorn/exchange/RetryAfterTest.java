package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:07Z");

  private static @Nullable Duration parse(@Nullable String header) {
    return RetryAfter.parse(header, NOW);
  }

  @Test
  void secondsOfAnySizeAreUnderstoodAndCutToAYear() {
    assertEquals(Duration.ZERO, parse("0"));
    assertEquals(Duration.ofMinutes(2), parse("120"));
    assertEquals(Duration.ofSeconds(7), parse("  0000000007\t"));
    assertEquals(Duration.ofDays(365), parse("31536000"));
    assertEquals(Duration.ofDays(365), parse("31536001"));
    assertEquals(Duration.ofDays(365), parse("99999999999"));
    assertEquals(Duration.ofDays(365), parse("9".repeat(64)));
    assertEquals(Duration.ZERO, parse("0".repeat(64)));
  }

  @Test
  void theThreeFormsOfDatesAreUnderstood() {
    assertEquals(Duration.ofSeconds(30), parse("Sun, 06 Nov 1994 08:49:37 GMT"));
    assertEquals(Duration.ofSeconds(30), parse("Sunday, 06-Nov-94 08:49:37 GMT"));
    assertEquals(Duration.ofSeconds(30), parse("Sun Nov  6 08:49:37 1994"));
    assertEquals(Duration.ofDays(10).plusSeconds(30), parse("Wed Nov 16 08:49:37 1994"));
  }

  @Test
  void aDateThatIsPastMeansAtOnce() {
    assertEquals(Duration.ZERO, parse("Sun, 06 Nov 1994 08:49:06 GMT"));
    assertEquals(Duration.ZERO, parse("Thu, 01 Jan 1970 00:00:00 GMT"));
  }

  @Test
  void aDateFarAwayIsCutToAYear() {
    assertEquals(Duration.ofDays(365), parse("Fri, 31 Dec 9999 23:59:59 GMT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "12 34",
        "120s",
        "soon",
        "NaN",
        "null",
        "\u0661\u0662",
        "\uff11\uff12",
        "\u00b2",
        "1\u0000",
        "1,2",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1999 08:49:37 GMT",
        "So, 06 Nov 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov +999999999999 08:49:37 GMT"
      })
  void anythingElseCountsAsAbsent(String header) {
    assertNull(parse(header), header);
  }

  @Test
  void anAbsentHeaderIsAbsent() {
    assertNull(parse(null));
  }

  @Test
  void whatIsLongerThan64CharactersIsNotEvenRead() {
    assertNull(parse("1".repeat(65)));
    assertNull(parse("1" + " ".repeat(64)));
    assertNotNull(parse("1" + " ".repeat(63)));
  }

  @Test
  void whateverComesTheResultIsAbsentOrBetweenZeroAndAYear() {
    Random random = new Random(20250301);
    String alphabet = "0123456789 -+.,:;SunMoNvGMTday\u0661\uff11\ud800\u0000\t\n";
    for (int i = 0; i < 4_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(70); left > 0; left--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Duration wait = parse(text.toString());
      assertTrue(
          wait == null || (!wait.isNegative() && wait.compareTo(RetryAfter.LONGEST) <= 0),
          text::toString);
    }
  }

  @Test
  void everyMomentOfAYearIsReadBackInAllThreeForms() {
    Random random = new Random(1);
    String[] forms = {
      "EEE, dd MMM yyyy HH:mm:ss 'GMT'",
      "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
      "EEE MMM ppd HH:mm:ss yyyy"
    };
    for (int i = 0; i < 1_500; i++) {
      Duration wait = Duration.ofSeconds(random.nextInt(365 * 86_400));
      LocalDateTime at = LocalDateTime.ofInstant(NOW.plus(wait), ZoneOffset.UTC);
      String text = at.format(DateTimeFormatter.ofPattern(forms[i % 3], Locale.ENGLISH));
      assertEquals(wait, parse(text), text);
    }
  }
}
