package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class CanonicalEventLawsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00.123456Z");
  private static final int LIMIT = 1 << 20;
  private static final JsonMapper MAPPER = new JsonMapper();

  @Property
  void theFormatOfTheSdkReadsWhatWeWrite(@ForAll("events") CloudEvent event) throws IOException {
    // the SDK knows names of JSON in lower case only
    Assume.that(!"text/JSON".equals(event.getDataContentType()));
    byte[] json = CanonicalEvent.of(event, NOW, LIMIT).json();
    CloudEvent read = new JsonFormat().deserialize(json);

    assertSameAttributes(event, read);
    CloudEventData given = event.getData();
    CloudEventData data = read.getData();
    if (given == null || data == null) {
      assertEquals(given == null, data == null);
    } else if (MediaType.isJson(event.getDataContentType())) {
      assertEquals(MAPPER.readTree(given.toBytes()), MAPPER.readTree(data.toBytes()));
    } else {
      assertArrayEquals(given.toBytes(), data.toBytes());
    }
  }

  @Property
  void weReadWhatWeWriteByteForByte(@ForAll("events") CloudEvent event) {
    CloudEvent read = CanonicalEvent.ofJson(CanonicalEvent.of(event, NOW, LIMIT).json()).event();

    assertSameAttributes(event, read);
    CloudEventData given = event.getData();
    CloudEventData data = read.getData();
    if (given == null || data == null) {
      assertEquals(given == null, data == null);
    } else {
      assertArrayEquals(given.toBytes(), data.toBytes());
    }
  }

  @Property
  void writingWhatWeReadGivesTheSameBytes(@ForAll("events") CloudEvent event) {
    byte[] json = CanonicalEvent.of(event, NOW, LIMIT).json();

    assertArrayEquals(
        json, CanonicalEvent.of(CanonicalEvent.ofJson(json).event(), Instant.EPOCH, LIMIT).json());
  }

  @Property
  void theDigestIgnoresNothingButAFilledInTime(
      @ForAll("events") CloudEvent event, @ForAll("events") CloudEvent other) {
    CanonicalEvent one = CanonicalEvent.of(event, NOW, LIMIT);
    CanonicalEvent later = CanonicalEvent.of(event, NOW.plusSeconds(7), LIMIT);
    assertArrayEquals(one.digest(), later.digest());

    CloudEvent timed = withTime(event, OffsetDateTime.ofInstant(NOW, ZoneOffset.UTC));
    CloudEvent otherTimed = withTime(other, OffsetDateTime.ofInstant(NOW, ZoneOffset.UTC));
    assertEquals(
        same(
            CanonicalEvent.of(timed, NOW, LIMIT).json(),
            CanonicalEvent.of(otherTimed, NOW, LIMIT).json()),
        same(
            CanonicalEvent.of(withTime(event, null), NOW, LIMIT).digest(),
            CanonicalEvent.of(withTime(other, null), NOW, LIMIT).digest()));
  }

  private static boolean same(byte[] a, byte[] b) {
    return Arrays.equals(a, b);
  }

  private static CloudEvent withTime(CloudEvent event, @Nullable OffsetDateTime time) {
    return CloudEventBuilder.v1(event).withTime(time).build();
  }

  private static void assertSameAttributes(CloudEvent expected, CloudEvent read) {
    assertEquals(expected.getSpecVersion(), read.getSpecVersion());
    assertEquals(expected.getId(), read.getId());
    assertEquals(expected.getType(), read.getType());
    assertEquals(expected.getSource(), read.getSource());
    assertEquals(expected.getSubject(), read.getSubject());
    assertEquals(expected.getDataSchema(), read.getDataSchema());
    boolean unnamedJson = expected.getDataContentType() == null && expected.getData() != null;
    assertEquals(
        unnamedJson ? "application/json" : expected.getDataContentType(),
        read.getDataContentType());
    OffsetDateTime time = expected.getTime();
    assertEquals(
        time == null ? NOW : time.toInstant().truncatedTo(ChronoUnit.MICROS),
        read.getTime().toInstant());
    assertEquals(expected.getExtensionNames(), read.getExtensionNames());
    for (String name : expected.getExtensionNames()) {
      assertEquals(asRead(expected.getExtension(name)), read.getExtension(name), name);
    }
  }

  private static Object asRead(Object value) {
    if (value instanceof Boolean || value instanceof Integer) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().truncatedTo(ChronoUnit.MICROS).toString();
    }
    return value.toString();
  }

  @Provide
  Arbitrary<CloudEvent> events() {
    Arbitrary<CloudEventBuilder> envelope =
        Combinators.combine(
                texts(1),
                texts(1),
                uris(),
                times().injectNull(0.3),
                texts(1).injectNull(0.5),
                uris().injectNull(0.5),
                extensions())
            .as(
                (id, type, source, time, subject, schema, extensions) -> {
                  CloudEventBuilder builder =
                      CloudEventBuilder.fromSpecVersion(SpecVersion.V1)
                          .withId(id)
                          .withType(type)
                          .withSource(source)
                          .withTime(time)
                          .withSubject(subject)
                          .withDataSchema(schema == null ? null : URI.create("urn:" + schema));
                  extensions.forEach((name, value) -> extend(builder, name, value));
                  return builder;
                });
    return Combinators.combine(envelope, data()).as(CanonicalEventLawsTest::withData);
  }

  private static CloudEvent withData(CloudEventBuilder builder, Data data) {
    CloudEventBuilder copy = builder.newBuilder();
    if (data.bytes() != null) {
      copy.withData(data.bytes());
    }
    return copy.withDataContentType(data.type()).build();
  }

  private static void extend(CloudEventBuilder builder, String name, Object value) {
    if (value instanceof Boolean flag) {
      builder.withExtension(name, flag);
    } else if (value instanceof Integer number) {
      builder.withExtension(name, number);
    } else if (value instanceof URI uri) {
      builder.withExtension(name, uri);
    } else if (value instanceof OffsetDateTime time) {
      builder.withExtension(name, time);
    } else if (value instanceof byte[] bytes) {
      builder.withExtension(name, bytes);
    } else {
      builder.withExtension(name, (String) value);
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  record Data(@Nullable String type, byte @Nullable [] bytes) {}

  private static Arbitrary<Data> data() {
    Arbitrary<@Nullable String> jsonTypes =
        Arbitraries.of("application/json", "text/JSON", "application/x+json; charset=utf-8")
            .injectNull(0.4);
    Arbitrary<Data> json =
        Combinators.combine(jsonTypes, jsonTexts())
            .as((type, text) -> new Data(type, text.getBytes(UTF_8)));
    Arbitrary<Data> binary =
        Combinators.combine(
                Arbitraries.of("text/plain", "application/octet-stream"),
                Arbitraries.bytes().array(byte[].class))
            .as(Data::new);
    Arbitrary<Data> none =
        Arbitraries.of("text/plain", "application/json")
            .injectNull(0.5)
            .map(type -> new Data(type, null));
    return Arbitraries.oneOf(json, binary, none);
  }

  /** JSON with layout of its own and numbers that no conversion would survive. */
  private static Arbitrary<String> jsonTexts() {
    Arbitrary<String> leaves =
        Arbitraries.oneOf(
            Arbitraries.of("null", "true", "1.10", "1e2", "-0", "1E+10", "100000000000000000001"),
            texts(0).map(text -> JsonNodeFactory.instance.textNode(text).toString()),
            Arbitraries.of("\"\\u00e4\\/\"", "\"\\\\\\\"\"", "\"}\"", "\"]\\\\\""));
    Arbitrary<String> spaces = Arbitraries.of("", "", " ", "\n\t", "\r\n  ");
    Arbitrary<String> values =
        Arbitraries.recursive(
            () -> leaves,
            inner ->
                Arbitraries.oneOf(
                    Combinators.combine(inner.list().ofMaxSize(3), spaces)
                        .as((list, s) -> "[" + s + String.join(s + "," + s, list) + s + "]"),
                    Combinators.combine(texts(0), inner, spaces)
                        .as(
                            (name, value, s) ->
                                "{"
                                    + s
                                    + MAPPER.convertValue(name, JsonNode.class)
                                    + s
                                    + ":"
                                    + s
                                    + value
                                    + s
                                    + "}")),
            0,
            3);
    return Combinators.combine(spaces, values, spaces).as((before, v, after) -> before + v + after);
  }

  private static Arbitrary<Map<String, Object>> extensions() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .numeric()
            .ofMinLength(1)
            .ofMaxLength(20)
            .filter(name -> refusal(name) == null);
    Arbitrary<Object> values =
        Arbitraries.oneOf(
            texts(0).map(value -> (Object) value),
            Arbitraries.of(true, false),
            Arbitraries.integers(),
            uris(),
            times(),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(9));
    return Arbitraries.maps(names, values).ofMaxSize(4);
  }

  private static @Nullable String refusal(String name) {
    try {
      Extension.checkName(name);
      return null;
    } catch (InvalidEventException e) {
      return e.getMessage();
    }
  }

  private static Arbitrary<URI> uris() {
    return Arbitraries.strings()
        .withChars("abcXYZ019-._~/")
        .withChars("%")
        .ofMinLength(1)
        .ofMaxLength(30)
        .map(path -> URI.create("/" + path.replace("/", "x").replace("%", "%C3%A4")));
  }

  private static Arbitrary<OffsetDateTime> times() {
    return Combinators.combine(
            Arbitraries.longs().between(-62_167_219_200L + 86_400, 253_402_300_799L - 86_400),
            Arbitraries.integers().between(0, 999_999_999),
            Arbitraries.integers().between(-18 * 60, 18 * 60))
        .as(
            (second, nano, minutes) ->
                Instant.ofEpochSecond(second, nano)
                    .atOffset(ZoneOffset.ofTotalSeconds(minutes * 60)));
  }

  /** Every code point that an attribute may hold, those that need escapes more often. */
  private static Arbitrary<String> texts(int least) {
    Arbitrary<Integer> anywhere =
        Arbitraries.integers()
            .between(0x20, Character.MAX_CODE_POINT)
            .filter(CanonicalEventLawsTest::allowed);
    Arbitrary<Integer> ascii = Arbitraries.integers().between(0x20, 0x7e);
    Arbitrary<Integer> special = Arbitraries.of((int) '"', (int) '\\', (int) '/', 0xe4, 0x1f600);
    return Arbitraries.oneOf(ascii, special, anywhere)
        .list()
        .ofMinSize(least)
        .ofMaxSize(12)
        .map(
            codePoints -> {
              StringBuilder text = new StringBuilder();
              codePoints.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  private static boolean allowed(int c) {
    return !Character.isISOControl(c)
        && (c < 0xd800 || c > 0xdfff)
        && (c < 0xfdd0 || c > 0xfdef)
        && (c & 0xfffe) != 0xfffe;
  }
}
