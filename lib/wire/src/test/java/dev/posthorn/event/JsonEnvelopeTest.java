package dev.posthorn.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bodies that are no CloudEvents: how they are written, and what is read from them. */
class JsonEnvelopeTest {
  private static final JsonEnvelope SIGNED = new JsonEnvelope("event", "timestamp", "webhook_id");
  private static final JsonEnvelope STANDARD = new JsonEnvelope("type", "timestamp", null);
  private static final OffsetDateTime AT = OffsetDateTime.parse("2025-10-14T10:30:00Z");

  @Test
  void theDocumentsSampleIsWritten() {
    String data = "{\"id\": \"task_789\",\n \"name\": \"Design homepage\"}";
    assertEquals(
        "{\"event\":\"task.created\",\"timestamp\":\"2025-10-14T10:30:00Z\","
            + "\"webhook_id\":\"webhook_123\","
            + "\"data\":{\"id\":\"task_789\",\"name\":\"Design homepage\"}}",
        text(SIGNED.write(event("application/json", data), "webhook_123")));
    assertEquals(
        "{\"type\":\"task.created\",\"timestamp\":\"2025-10-14T10:30:00Z\",\"data\":[1,2]}",
        text(STANDARD.write(event("application/json", " [1, 2] "), "webhook_123")));
  }

  @Test
  void dataIsAsJavaScriptWritesIt() {
    String[][] cases = {
      {
        "{ \"a\" : [ ] , \"b\" : { } , \"c\" : [ { } , [ 1 ] ] }",
        "{\"a\":[],\"b\":{},\"c\":[{},[1]]}"
      },
      {"\"\\u00fc \\/ \\u20ac \\ud83d\\ude00\"", "\"ü / € 😀\""},
      {"\"\\b\\t\\n\\f\\r\\\"\\\\\"", "\"\\b\\t\\n\\f\\r\\\"\\\\\""},
      {"\"\\u001F\\u007f\\uD800\"", "\"\\u001f\u007f\\ud800\""},
      {
        "[1.10,1E5,-0,123456789012345678901234567890]",
        "[1.10,1E5,-0,123456789012345678901234567890]"
      },
      {"[true , false , null]", "[true,false,null]"},
      {"\"\"", "\"\""},
    };
    for (String[] one : cases) {
      assertEquals(one[1], new String(CompactJson.of(one[0].getBytes(UTF_8)), UTF_8));
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, String> types =
        Map.of("application/json", "{\"n\":1.10}", "application/octet-stream", "not JSON");
    types.forEach(
        (type, data) -> {
          JsonEnvelope.Content content =
              SIGNED.read(SIGNED.write(event(type, data), "whk_1"), "evt_1", null);
          assertEquals("whk_1", content.webhookId());
          CloudEvent read = content.event();
          assertEquals("evt_1", read.getId());
          assertEquals(URI.create("whk_1"), read.getSource());
          assertEquals("task.created", read.getType());
          assertEquals(AT, read.getTime());
          assertEquals(type, read.getDataContentType());
          assertArrayEquals(data.getBytes(UTF_8), Objects.requireNonNull(read.getData()).toBytes());
        });
    JsonEnvelope.Content bare =
        STANDARD.read(STANDARD.write(event("text/plain", null), "w"), "1", null);
    assertNull(bare.webhookId());
    assertEquals(URI.create("webhook"), bare.event().getSource());
    assertNull(bare.event().getData());
  }

  @Test
  void aSourceThatIsKnownIsTheEvents() {
    URI source = URI.create("/shop");
    for (JsonEnvelope envelope : List.of(SIGNED, STANDARD)) {
      byte[] body = envelope.write(event("text/plain", null), "not a URI");
      assertEquals(source, envelope.read(body, "1", source).event().getSource());
    }
  }

  @Test
  void whatIsNoSuchObjectIsRefused() {
    String[][] cases = {
      {"[]", "the body must be an object"},
      {
        "{\"type\":1,\"timestamp\":\"2025-10-14T10:30:00Z\"}",
        "the body must have a string as \"type\""
      },
      {"{\"type\":\"a\"}", "the body must have a string as \"timestamp\""},
      {"{\"type\":\"a\",\"type\":\"b\"}", "the body names \"type\" twice"},
      {
        "{\"type\":\"a\",\"timestamp\":\"2025-10-14T10:30:00Z\"} 1",
        "the body must be one object: more follows it"
      },
    };
    for (String[] one : cases) {
      InvalidEventException refused =
          assertThrows(
              InvalidEventException.class, () -> STANDARD.read(one[0].getBytes(UTF_8), "1", null));
      assertEquals(one[1], refused.getMessage());
    }
    for (String broken :
        new String[] {
          "",
          "{",
          "{\"type\":\"a\",\"timestamp\":\"yesterday\"}",
          "{\"type\":\"\",\"timestamp\":\"2025-10-14T10:30:00Z\"}",
          "{\"type\":\"a\",\"timestamp\":\"2025-10-14T10:30:00Z\",\"data_base64\":\"%\"}"
        }) {
      assertThrows(
          InvalidEventException.class, () -> STANDARD.read(broken.getBytes(UTF_8), "1", null));
    }
  }

  private static CanonicalEvent event(String type, @Nullable String data) {
    var event =
        CloudEventBuilder.v1()
            .withId("evt_1")
            .withSource(URI.create("/shop"))
            .withType("task.created")
            .withTime(AT);
    if (data != null) {
      event.withData(type, data.getBytes(UTF_8));
    }
    return CanonicalEvent.of(event.build(), Instant.EPOCH, 1 << 20);
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
