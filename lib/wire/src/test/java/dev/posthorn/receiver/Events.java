package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Events with everything in them that CloudEvents allows. */
final class Events {
  private static final String[] PIECES = {
    "a", "Z", "0", " ", "%", "%41", "%zz", ",", ";", "\"", "\\", "/", "*", ":", "=", "_", "\u00a0",
    "ä", "ß", "€", "\u2028", "\ufeff", "\u202e", "日本", "😀", "task.", "evt_"
  };
  private static final String[] URIS = {
    "urn:x", "/a/b", "x%20y", "#", "onehorizon/workspaces/w_1", "https://h.example/p?q=1#f"
  };
  private static final String[] PLAIN_URIS = {"urn:x", "/a/b", "https://h.example/p?q=1#f"};
  private static final String[] JSON = {
    "1.10",
    "1e400",
    "-0",
    "0.10E-7",
    "12345678901234567890123",
    "null",
    "true",
    "\"\"",
    "{}",
    "[]",
    "{\"a\":1,\"a\":2}",
    "{ \"b\" : 1.10 ,\n\t\"c\":[ ] }",
    "{\"ä\":\"\\u0000😀\\ud83d\"}"
  };

  private Events() {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Data(@Nullable String type, byte @Nullable [] bytes) {}

  static Arbitrary<CloudEvent> any() {
    return of(
        texts(), URIS, "application/json", "text/json; charset=utf-8", "application/vnd.x+json");
  }

  /** Events whose attributes need no encoding to stand in a header. */
  static Arbitrary<CloudEvent> plain() {
    return of(
        Arbitraries.strings()
            .withCharRange('!', '~')
            .excludeChars('"', '%')
            .ofMinLength(1)
            .ofMaxLength(20),
        PLAIN_URIS,
        "application/json",
        "text/json");
  }

  private static Arbitrary<CloudEvent> of(
      Arbitrary<String> texts, String[] uris, String... jsonTypes) {
    return Combinators.combine(
            texts,
            texts,
            Arbitraries.of(uris),
            times().injectNull(0.3),
            texts.injectNull(0.5),
            Arbitraries.of("urn:schema", "https://h.example/s?v=1").injectNull(0.5),
            Arbitraries.maps(names(), values(texts, uris)).ofMaxSize(6),
            Arbitraries.oneOf(nothing(), json(jsonTypes), binary()))
        .as(Events::event);
  }

  private static CloudEvent event(
      String id,
      String type,
      String source,
      @Nullable OffsetDateTime time,
      @Nullable String subject,
      @Nullable String schema,
      Map<String, Object> extensions,
      Data data) {
    io.cloudevents.core.v1.CloudEventBuilder event = CloudEventBuilder.v1();
    event.withId(id).withType(type).withSource(URI.create(source)).withTime(time);
    event.withSubject(subject).withDataContentType(data.type());
    if (schema != null) {
      event.withDataSchema(URI.create(schema));
    }
    if (data.bytes() != null) {
      event.withData(data.bytes());
    }
    extensions.forEach((name, value) -> extend(event, name, value));
    return event.build();
  }

  private static void extend(
      io.cloudevents.core.v1.CloudEventBuilder event, String name, Object value) {
    if (value instanceof Boolean flag) {
      event.withExtension(name, flag);
    } else if (value instanceof Integer number) {
      event.withExtension(name, number);
    } else if (value instanceof URI uri) {
      event.withExtension(name, uri);
    } else if (value instanceof OffsetDateTime time) {
      event.withExtension(name, time);
    } else if (value instanceof byte[] bytes) {
      event.withExtension(name, bytes);
    } else {
      event.withExtension(name, (String) value);
    }
  }

  static Arbitrary<String> texts() {
    Arbitrary<String> anyOther =
        Arbitraries.integers()
            .between(0x20, Character.MAX_CODE_POINT)
            .filter(Events::isAllowed)
            .map(Character::toString);
    return Arbitraries.oneOf(Arbitraries.of(PIECES), anyOther)
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  /** What CloudEvents allows in a text: no control character, no surrogate, no noncharacter. */
  private static boolean isAllowed(int c) {
    return !Character.isISOControl(c)
        && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        && (c & 0xfffe) != 0xfffe
        && !(c >= 0xfdd0 && c <= 0xfdef);
  }

  private static Arbitrary<OffsetDateTime> times() {
    return Combinators.combine(
            Arbitraries.longs().between(-62_000_000_000L, 253_000_000_000L),
            Arbitraries.integers().between(0, 999_999_999),
            Arbitraries.integers().between(-18, 18))
        .as(
            (second, nano, offset) ->
                Instant.ofEpochSecond(second, nano).atOffset(ZoneOffset.ofHours(offset)));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.of("workspaceid", "traceparent", "x", "0", "partitionkey", "b64", "sampled");
  }

  private static Arbitrary<Object> values(Arbitrary<String> texts, String[] uris) {
    return Arbitraries.oneOf(
        Arbitraries.of(true, false),
        Arbitraries.integers(),
        texts,
        Arbitraries.just(""),
        Arbitraries.of(uris).map(URI::create),
        times(),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(9));
  }

  private static Arbitrary<Data> nothing() {
    return Arbitraries.of("application/json", "text/plain")
        .injectNull(0.5)
        .map(type -> new Data(type, null));
  }

  private static Arbitrary<Data> json(String... jsonTypes) {
    Arbitrary<@Nullable String> types = Arbitraries.of(jsonTypes).injectNull(0.25);
    return Combinators.combine(types, Arbitraries.oneOf(Arbitraries.of(JSON), JsonTexts.any()))
        .as((type, json) -> new Data(type, json.getBytes(UTF_8)));
  }

  private static Arbitrary<Data> binary() {
    return Combinators.combine(
            Arbitraries.of("application/octet-stream", "text/plain", "application/xml"),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
        .as(Data::new);
  }
}
