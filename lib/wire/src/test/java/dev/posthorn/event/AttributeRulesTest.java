package dev.posthorn.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cloudevents.SpecVersion;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class AttributeRulesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final int LIMIT = 64 * 1024;

  private final ForeignEvent event = new ForeignEvent();

  @Test
  void anEventOfVersion03IsRefused() {
    event.specVersion = SpecVersion.V03;
    assertEquals("specversion must be 1.0: 0.3", refusal());

    event.specVersion = null;
    assertEquals("specversion must be 1.0: null", refusal());
  }

  @Test
  void idTypeAndSourceMustBeThere() {
    event.source = null;
    assertEquals("source is missing", refusal());
    event.type = null;
    assertEquals("type is missing", refusal());
    event.id = null;
    assertEquals("id is missing", refusal());
  }

  @Test
  void idTypeSourceAndSubjectMustNotBeEmpty() {
    event.subject = "";
    assertEquals("subject must not be empty", refusal());
    event.source = URI.create("");
    assertEquals("source must not be empty", refusal());
    event.type = "";
    assertEquals("type must not be empty", refusal());
    event.id = "";
    assertEquals("id must not be empty", refusal());
  }

  @Test
  void idAndTypeHaveAtMost1024BytesAndSource2048() {
    event.id = "i".repeat(1024);
    event.type = "ä".repeat(512);
    event.source = URI.create("s".repeat(2048));
    assertTrue(json().contains("ä"));

    event.source = URI.create("s".repeat(2049));
    assertEquals("source must have at most 2048 bytes in UTF-8: it has 2049", refusal());
    event.type = "€".repeat(342);
    assertEquals("type must have at most 1024 bytes in UTF-8: it has 1026", refusal());
    event.id = "😀".repeat(257);
    assertEquals("id must have at most 1024 bytes in UTF-8: it has 1028", refusal());
  }

  @Test
  void noAttributeHoldsControlCharactersNoncharactersOrLoneSurrogates() {
    everywhere("a\nb", "must not hold a control character: U+000A at index 1");
    everywhere("\0", "must not hold a control character: U+0000 at index 0");
    everywhere("ab\u007f", "must not hold a control character: U+007F at index 2");
    everywhere("\u0085", "must not hold a control character: U+0085 at index 0");
    everywhere("\u009f", "must not hold a control character: U+009F at index 0");
    everywhere("a\ufdd0", "must not hold a noncharacter: U+FDD0 at index 1");
    everywhere("a\uffff", "must not hold a noncharacter: U+FFFF at index 1");
    everywhere("😀\ud83f\udffe", "must not hold a noncharacter: U+1FFFE at index 2");
    everywhere("\ud83d", "must not hold a lone surrogate: U+D83D at index 0");
    everywhere("a\ude00\ud83d", "must not hold a lone surrogate: U+DE00 at index 1");
  }

  @Test
  void otherCharactersStayAsTheyAreAndOnlyTwoAreEscaped() {
    event.id = "\"a\\b\" / ä € 😀 \u00a0\ufdcf";

    assertTrue(json().contains("\"id\":\"\\\"a\\\\b\\\" / ä € 😀 \u00a0\ufdcf\""), json());
  }

  @Test
  void theSourceIsAReferenceInAscii() {
    event.source = URI.create("../büro");
    assertEquals(
        "source must be a URI in ASCII, other characters percent-encoded: U+00FC at index 4",
        refusal());

    event.source = URI.create("../b%C3%BCro?x#y");
    assertTrue(json().contains("\"source\":\"../b%C3%BCro?x#y\""));
  }

  @Test
  void theDataSchemaIsAbsolute() {
    event.dataSchema = URI.create("/schemas/1");
    assertEquals("dataschema must be an absolute URI, with a scheme: \"/schemas/1\"", refusal());

    event.dataSchema = URI.create("urn:schema:1");
    assertTrue(json().contains("\"dataschema\":\"urn:schema:1\""));
  }

  @Test
  void theContentTypeIsAMediaType() {
    for (String wrong :
        new String[] {"", "json", "application/", "a/b/c", "text/plain; ä", "a b/c"}) {
      event.contentType = wrong;
      assertEquals(
          "datacontenttype must be a media type such as application/json: \"" + wrong + "\"",
          refusal());
    }
    event.contentType = "text/plain\r\nX: y";
    assertEquals(
        "datacontenttype must not hold a control character: U+000D at index 10", refusal());
  }

  @Test
  void theTimeIsInUtcAndNotFinerThanMicroseconds() {
    time("2026-05-05T14:00:00+02:00", "2026-05-05T12:00:00Z");
    time("2026-05-05T12:00:00.5Z", "2026-05-05T12:00:00.500Z");
    time("2026-05-05T12:00:00.123456999Z", "2026-05-05T12:00:00.123456Z");
    time("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z");
    time("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z");
  }

  @Test
  void theTimeIsInTheYearsThatRfc3339CanWrite() {
    event.time = OffsetDateTime.parse("9999-12-31T23:59:59-01:00");
    assertEquals("time must be in the years 0000 to 9999: +10000-01-01T00:59:59Z", refusal());
    event.time = OffsetDateTime.parse("0000-01-01T00:00:00+01:00");
    assertEquals("time must be in the years 0000 to 9999: -0001-12-31T23:00:00Z", refusal());
  }

  @Test
  void aMissingTimeIsFilledIn() {
    event.time = null;

    assertTrue(json().contains("\"time\":\"2026-06-01T00:00:00Z\""));
  }

  @Test
  void extensionsAreWrittenByTheirTypesInTheOrderOfTheirNames() {
    event
        .with("z", "text")
        .with("a", true)
        .with("b", -7)
        .with("c", (short) 3)
        .with("d", (byte) 4)
        .with("e", new byte[] {1, 2, (byte) 255})
        .with("f", URI.create("a/b"))
        .with("g", OffsetDateTime.parse("2026-05-05T14:00:00.1234567+02:00"))
        .with("empty", "")
        .with("absent", null);

    assertEquals(
        """
        {"specversion":"1.0","id":"1","type":"t","source":"/s","time":"2026-05-05T12:00:00Z",\
        "a":true,"b":-7,"c":3,"d":4,"e":"AQL/","empty":"","f":"a/b",\
        "g":"2026-05-05T12:00:00.123456Z","z":"text"}""",
        json());
  }

  @Test
  void extensionsOfOtherTypesAreRefused() {
    String use =
        ", which CloudEvents does not have:"
            + " use a Boolean, Integer, String, byte[], URI or OffsetDateTime";
    String number = "; a number outside of 32 bits goes as a String";
    extension(5L, "extension \"x\" is a java.lang.Long" + use + number);
    extension(1.5f, "extension \"x\" is a java.lang.Float" + use + number);
    extension(1.5, "extension \"x\" is a java.lang.Double" + use + number);
    extension(BigDecimal.ONE, "extension \"x\" is a java.math.BigDecimal" + use + number);
    extension(LocalDate.EPOCH, "extension \"x\" is a java.time.LocalDate" + use);
    extension('c', "extension \"x\" is a java.lang.Character" + use);
  }

  @Test
  void valuesOfExtensionsFollowTheRulesOfTheirTypes() {
    extension("a\tb", "extension \"x\" must not hold a control character: U+0009 at index 1");
    extension(
        URI.create("ä"),
        "extension \"x\" must be a URI in ASCII, other characters percent-encoded:"
            + " U+00E4 at index 0");
    extension(
        OffsetDateTime.parse("+10000-01-01T00:00:00Z"),
        "extension \"x\" must be in the years 0000 to 9999: +10000-01-01T00:00:00Z");
  }

  @Test
  void namesOfExtensionsAreLowerCaseLettersAndDigits() {
    for (String wrong : new String[] {"", "traceParent", "a-b", "a_b", "ä", "a\"b"}) {
      event.extensions.clear();
      event.with(wrong, "x");
      assertEquals(
          "the name of an extension must consist of a-z and 0-9: \"" + wrong + "\"", refusal());
    }
    event.extensions.clear();
    event.with("a\nb", "x");
    assertEquals(
        "the name of an extension must not hold a control character: U+000A at index 1", refusal());
  }

  @Test
  void noExtensionTakesTheNameOfAnAttribute() {
    String[] taken = {
      "specversion",
      "id",
      "source",
      "type",
      "time",
      "datacontenttype",
      "dataschema",
      "subject",
      "data"
    };
    for (String name : taken) {
      event.extensions.clear();
      event.with(name, "x");
      assertEquals(
          "an extension must not be named \"" + name + "\": CloudEvents has that name itself",
          refusal());
    }
  }

  private void everywhere(String text, String expected) {
    refusedWith(text, (e, t) -> e.id = t, "id " + expected);
    refusedWith(text, (e, t) -> e.type = t, "type " + expected);
    refusedWith(text, (e, t) -> e.subject = t, "subject " + expected);
    refusedWith(text, (e, t) -> e.contentType = t, "datacontenttype " + expected);
    refusedWith(text, (e, t) -> e.with("x", t), "extension \"x\" " + expected);
  }

  private static void refusedWith(
      String text, BiConsumer<ForeignEvent, String> set, String expected) {
    ForeignEvent changed = new ForeignEvent();
    set.accept(changed, text);
    assertEquals(expected, refusal(changed));
  }

  private void extension(Object value, String expected) {
    event.extensions.clear();
    event.with("x", value);
    assertEquals(expected, refusal());
  }

  private void time(String given, String expected) {
    event.time = OffsetDateTime.parse(given);
    assertTrue(json().contains("\"time\":\"" + expected + "\""), json());
  }

  private String json() {
    return new String(CanonicalEvent.of(event, NOW, LIMIT).json(), StandardCharsets.UTF_8);
  }

  private String refusal() {
    return refusal(event);
  }

  private static String refusal(ForeignEvent event) {
    return String.valueOf(
        assertThrows(InvalidEventException.class, () -> CanonicalEvent.of(event, NOW, LIMIT).json())
            .getMessage());
  }
}
