package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What CloudEvents' three modes look like on the wire. */
class BodyFormatsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final String DATA = "{ \"amount\" : 1.10 ,\n\t\"big\":12345678901234567890 }";

  @Test
  void structuredIsTheStoredEventItself() {
    CanonicalEvent event = canonical(usual().build());
    BodyFormat.Encoded encoded = BodyFormats.structured().encode(event, "wh_1");

    assertSame(event.json(), encoded.bytes());
    assertEquals(
        Map.of("Content-Type", "application/cloudevents+json; charset=utf-8"), encoded.headers());
  }

  @Test
  void aContentTypeIsSentToTheLetter() {
    for (String type :
        List.of(
            "application/cloudevents+json",
            "Application/CloudEvents+JSON;charset=UTF-8",
            "application/cloudevents+json; a=\";charset=x\"; charset=\"utf-8\"")) {
      BodyFormat.Encoded encoded =
          BodyFormats.structured(type).encode(canonical(usual().build()), "wh_1");
      assertEquals(Map.of("Content-Type", type), encoded.headers());
    }
  }

  @Test
  void aContentTypeOfSomethingElseIsRefused() {
    for (String type :
        List.of(
            "",
            "application/json",
            "application/cloudevents+jsonx",
            "application/cloudevents-batch+json",
            "application/cloudevents+json; charset=latin1",
            "application/cloudevents+json; x=\"",
            "application/cloudevents+json\n")) {
      assertEquals(
          "contentType must be application/cloudevents+json, in UTF-8: \"" + type + "\"",
          assertThrows(IllegalArgumentException.class, () -> BodyFormats.structured(type))
              .getMessage());
    }
  }

  @Test
  void binaryHasTheAttributesInHeadersAndTheDataByteForByte() {
    CloudEvent event =
        usual()
            .withSubject("Euro € 😀")
            .withDataSchema(URI.create("https://h.example/s?v=%31"))
            .withExtension("flag", true)
            .withExtension("number", -7)
            .withExtension("text", "100% \"sure\"")
            .withExtension("empty", "")
            .build();
    BodyFormat.Encoded encoded = BodyFormats.binary().encode(canonical(event), "wh_1");

    assertEquals(
        """
        Content-Type: application/json
        ce-specversion: 1.0
        ce-id: evt_1
        ce-type: task.updated
        ce-source: onehorizon/workspaces/w_1
        ce-time: 2026-05-05T12:00:00.500Z
        ce-subject: Euro%20%E2%82%AC%20%F0%9F%98%80
        ce-dataschema: https://h.example/s?v=%2531
        ce-empty:\s
        ce-flag: true
        ce-number: -7
        ce-text: 100%25%20%22sure%22
        """,
        lines(encoded));
    assertArrayEquals(DATA.getBytes(UTF_8), encoded.bytes());
  }

  @Test
  void binaryDataThatIsNotJsonIsNotEncodedAgain() {
    byte[] data = {0, -1, '\r', '\n'};
    CloudEvent event = usual().withData("image/png; a=b", data).build();
    BodyFormat.Encoded encoded = BodyFormats.binary().encode(canonical(event), "wh_1");

    assertArrayEquals(data, encoded.bytes());
    assertEquals("image/png; a=b", encoded.headers().get("Content-Type"));
  }

  @Test
  void binaryTypesThatEndWithSpacesFitIntoAHeader() {
    CloudEvent event = usual().withData("text/plain; a=b  ", new byte[] {1}).build();
    WireFormat wire = Contracts.cloudEvents("a.example").wire().body(BodyFormats.binary());
    WireFormat.Encoded sent = wire.encode(canonical(event), message("wh_1"), List.of());

    assertEquals("text/plain; a=b", sent.headers().get("Content-Type"));
  }

  @Test
  void binaryWithoutDataHasNoBodyAndNoContentType() {
    CloudEvent event =
        CloudEventBuilder.v1().withId("i").withType("t").withSource(URI.create("/s")).build();
    BodyFormat.Encoded encoded = BodyFormats.binary().encode(canonical(event), "wh_1");

    assertEquals(0, encoded.bytes().length);
    assertFalse(encoded.headers().containsKey("Content-Type"));
    assertEquals("2026-06-01T00:00:00Z", encoded.headers().get("ce-time"));
  }

  @Test
  void aBatchIsAnArrayOfTheStoredEvent() {
    CanonicalEvent event = canonical(usual().build());
    BodyFormat.Encoded encoded = BodyFormats.batch().encode(event, "wh_1");

    assertEquals("[" + new String(event.json(), UTF_8) + "]", new String(encoded.bytes(), UTF_8));
    assertEquals(
        Map.of("Content-Type", "application/cloudevents-batch+json; charset=utf-8"),
        encoded.headers());
  }

  @Test
  void aFormatIsAskedOnceForAnEventThatManyWebhooksGet() {
    for (boolean perWebhook : new boolean[] {false, true}) {
      Counting format = new Counting(perWebhook);
      WireFormat wire = Contracts.oneHorizon().wire().body(format);
      CanonicalEvent event = canonical(usual().build());
      List<WireFormat.Encoded> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sent.add(wire.encode(event, message("wh_" + i), List.of(Secret.of("k"))));
      }

      assertEquals(perWebhook ? 100 : 1, format.asked.size());
      assertEquals(perWebhook ? "wh_99" : "wh_0", new String(sent.get(99).body(), UTF_8));
    }
  }

  @Test
  void formatsOfSeveralContractsDoNotGetEachOthersBodies() {
    CanonicalEvent event = canonical(usual().build());
    Counting one = new Counting(false);
    Counting two = new Counting(false);
    List<WireFormat.Encoded> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      for (BodyFormat format : List.of(one, BodyFormats.binary(), two, BodyFormats.batch())) {
        WireFormat wire = Contracts.oneHorizon().wire().body(format);
        sent.add(wire.encode(event, message("wh_" + i), List.of()));
      }
    }

    assertEquals(List.of("wh_0"), one.asked);
    assertEquals(List.of("wh_0"), two.asked);
    assertSame(sent.get(1).body(), sent.get(37).body());
    assertSame(sent.get(3).body(), sent.get(39).body());
    assertArrayEquals(DATA.getBytes(UTF_8), sent.get(37).body());
    assertEquals('[', sent.get(39).body()[0]);
  }

  @Test
  void headersThatBeginAsAttributesDoAreTheBodysAlone() {
    WireFormat wire = Contracts.oneHorizon().wire().body(BodyFormats.binary());
    CanonicalEvent event = canonical(usual().build());
    for (String name : List.of("ce-id", "CE-Forged", "ce-")) {
      WireFormat forged =
          wire.authentication(HmacSignature.in(name.substring(1)))
              .headerPrefix(name.substring(0, 1));
      assertEquals(
          "the header " + name + " is reserved for an attribute of the event",
          assertThrows(
                  IllegalStateException.class,
                  () -> forged.encode(event, message("wh_1"), List.of(Secret.of("k"))))
              .getMessage());
    }
    assertEquals(
        "headerPrefix must not begin with ce-, which is for CloudEvents' attributes: \"Ce-x-\"",
        assertThrows(IllegalArgumentException.class, () -> wire.headerPrefix("Ce-x-"))
            .getMessage());
  }

  private static Message message(String webhook) {
    return new Message("dlv_1", webhook, "evt_1", "/s", "task.updated", NOW, 0, null);
  }

  private static CanonicalEvent canonical(CloudEvent event) {
    return CanonicalEvent.of(event, NOW, 64 * 1024);
  }

  private static io.cloudevents.core.v1.CloudEventBuilder usual() {
    return CloudEventBuilder.v1()
        .withId("evt_1")
        .withType("task.updated")
        .withSource(URI.create("onehorizon/workspaces/w_1"))
        .withTime(OffsetDateTime.parse("2026-05-05T14:00:00.5+02:00"))
        .withData(DATA.getBytes(UTF_8));
  }

  private static String lines(BodyFormat.Encoded encoded) {
    StringBuilder lines = new StringBuilder();
    encoded.headers().forEach((name, value) -> lines.append(name + ": " + value + "\n"));
    return lines.toString();
  }

  /** Writes the webhook's id, and remembers for which it was asked. */
  private static final class Counting implements BodyFormat {
    private final boolean perWebhook;
    private final List<String> asked = new ArrayList<>();

    Counting(boolean perWebhook) {
      this.perWebhook = perWebhook;
    }

    @Override
    public Encoded encode(CanonicalEvent event, String webhookId) {
      asked.add(webhookId);
      return new Encoded(webhookId.getBytes(UTF_8), new LinkedHashMap<>());
    }

    @Override
    public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
      throw new UnsupportedOperationException("nobody receives this");
    }

    @Override
    public boolean perWebhook() {
      return perWebhook;
    }
  }
}
