package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares what arrived with what was sent. */
final class Arrived {
  private static final Instant SENT = Instant.parse("2026-06-01T00:00:00Z");

  private Arrived() {}

  /** As JSON has it: booleans and integers keep their type; everything else arrives as text. */
  static void assertSame(CloudEvent sent, CloudEvent event) {
    assertAttributes(sent, event, value -> value);
    assertArrayEquals(bytes(sent), bytes(event));
  }

  /** As HTTP's binary mode has it: every extension is text, and an empty body no data. */
  static void assertSameAsText(CloudEvent sent, CloudEvent event) {
    assertAttributes(sent, event, String::valueOf);
    byte[] data = bytes(sent);
    assertArrayEquals(data == null || data.length == 0 ? null : data, bytes(event));
  }

  /** As JSON has it, data aside. */
  static void assertSameAttributes(CloudEvent sent, CloudEvent event) {
    assertAttributes(sent, event, value -> value);
  }

  private static void assertAttributes(
      CloudEvent sent, CloudEvent event, UnaryOperator<Object> known) {
    assertEquals(SpecVersion.V1, event.getSpecVersion());
    assertEquals(sent.getId(), event.getId());
    assertEquals(sent.getType(), event.getType());
    assertEquals(sent.getSource(), event.getSource());
    assertEquals(sent.getSubject(), event.getSubject());
    assertEquals(sent.getDataSchema(), event.getDataSchema());
    OffsetDateTime time = sent.getTime();
    assertNotNull(event.getTime());
    assertEquals(
        (time == null ? SENT : time.toInstant()).truncatedTo(ChronoUnit.MICROS),
        event.getTime().toInstant());
    boolean isUnnamedJson = sent.getDataContentType() == null && sent.getData() != null;
    assertEquals(
        isUnnamedJson ? "application/json" : sent.getDataContentType(), event.getDataContentType());
    assertEquals(sent.getExtensionNames(), event.getExtensionNames());
    for (String name : sent.getExtensionNames()) {
      assertEquals(
          known.apply(canonical(Objects.requireNonNull(sent.getExtension(name)))),
          event.getExtension(name),
          name);
    }
  }

  private static Object canonical(Object value) {
    if (value instanceof URI) {
      return value.toString();
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().truncatedTo(ChronoUnit.MICROS).toString();
    }
    return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value;
  }

  static byte @Nullable [] bytes(CloudEvent event) {
    CloudEventData data = event.getData();
    return data == null ? null : data.toBytes();
  }
}
