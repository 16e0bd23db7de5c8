package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of events at the front door, and of their data on the wire. */
@SuppressWarnings("NullAway.Init") // set before each test
class PublisherTest {
  private ScriptedReceiver receiver;
  private Rig rig;
  private WebhookId hook;

  @BeforeEach
  void open() {
    rig =
        Rig.start(
            Contracts.oneHorizon(),
            builder -> builder.limits(Limits.standard().eventBytes(64 * 1024)));
    receiver = rig.receiver();
    hook = rig.hook(WebhookSpec.to(receiver.url()).allEvents()).id();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Published.Status status(CloudEvent event) {
    return rig.publisher().publish(event).status();
  }

  @Test
  void anEventIsAcceptedThenKnownOrConflicting() {
    Published first = rig.publisher().publish(Rig.task("evt_1"));
    assertEquals(Published.Status.ACCEPTED, first.status());
    assertTrue(first.accepted());
    assertEquals(Rig.SOURCE, first.event().source());
    assertEquals("evt_1", first.event().id());
    Published again = rig.publisher().publish(Rig.task("evt_1"));
    assertEquals(Published.Status.KNOWN, again.status());
    assertEquals(List.of(), again.deliveries());
    assertFalse(again.accepted());
    assertEquals(Published.Status.CONFLICTING, status(Rig.task("evt_1", "{\"other\":1}")));
    assertEquals(Published.Status.ACCEPTED, status(Rig.task("EVT_1")), "case counts");
    rig.settle();
    assertEquals(2, receiver.requests().size());
    assertEquals(Published.Status.KNOWN, status(Rig.task("evt_1")), "also after its delivery");
  }

  @Test
  void whatNobodyWantsIsNotRemembered() {
    rig.registry().update(hook, spec -> spec.events("comment.*"));
    assertEquals(Published.Status.UNWANTED, status(Rig.task("evt_1")));
    rig.registry().update(hook, spec -> spec.events("task.*"));
    assertEquals(Published.Status.ACCEPTED, status(Rig.task("evt_1", "{\"changed\":true}")));
  }

  @Test
  void anEventWithoutATimeIsKnownAgainLater() {
    CloudEvent timeless = CloudEventBuilder.v1(Rig.task("evt_1")).withTime(null).build();
    assertEquals(Published.Status.ACCEPTED, status(timeless));
    rig.advance(java.time.Duration.ofSeconds(7));
    assertEquals(Published.Status.KNOWN, status(timeless));
    assertTrue(receiver.request(1).text().contains("\"time\":\"2026-05-05T12:00:00Z\""));
  }

  @Test
  void aListIsAcceptedWholeOrNotAtAll() {
    List<Published> all =
        rig.publisher()
            .publishAll(
                List.of(
                    Rig.task("evt_1"), Rig.task("evt_2"), Rig.task("evt_1"), Rig.task("evt_3")));
    assertEquals(
        List.of("ACCEPTED", "ACCEPTED", "KNOWN", "ACCEPTED"),
        all.stream().map(one -> one.status().name()).toList());
    rig.settle();
    assertEquals(3, receiver.requests().size());

    CloudEvent bad = Rig.task("evt_5", "{oops");
    assertThrows(
        InvalidEventException.class,
        () -> rig.publisher().publishAll(List.of(Rig.task("evt_4"), bad)));
    rig.settle();
    assertEquals(3, receiver.requests().size());
    assertEquals(List.of(), rig.log().ofEvent(Rig.SOURCE, "evt_4", Page.first(1)).items());
    assertEquals(List.of(), rig.publisher().publishAll(List.of()));
    List<CloudEvent> tooMany =
        IntStream.range(0, 1001).mapToObj(i -> Rig.task("many_" + i)).toList();
    assertEquals(
        "at most 1000 events can be published at once: 1001",
        assertThrows(IllegalArgumentException.class, () -> rig.publisher().publishAll(tooMany))
            .getMessage());
  }

  @Test
  void aListMayMixWhatIsWantedAndWhatIsNot() {
    rig.registry().update(hook, spec -> spec.events("task.*"));
    CloudEvent unwanted = CloudEventBuilder.v1(Rig.task("x")).withType("note.added").build();
    assertEquals(
        List.of("UNWANTED", "ACCEPTED", "UNWANTED", "ACCEPTED"),
        rig
            .publisher()
            .publishAll(List.of(unwanted, Rig.task("a"), unwanted, Rig.task("b")))
            .stream()
            .map(one -> one.status().name())
            .toList());
  }

  @Test
  void aFullStoreRefusesAndKeepsWhatItHas() throws Exception {
    InMemoryStore small = InMemoryStore.create(rig.time).atMost(20);
    try (Rig full = Rig.start(Contracts.oneHorizon(), builder -> builder.store(small))) {
      List<WebhookId> hooks =
          IntStream.range(0, 15)
              .mapToObj(
                  i -> full.registry().register(WebhookSpec.to(receiver.url()).allEvents()).id())
              .toList();
      full.publisher().publish(Rig.task("evt_1"));
      StoreFullException refused =
          assertThrows(StoreFullException.class, () -> full.publisher().publish(Rig.task("evt_2")));
      assertEquals(
          "the in-memory store is full: it may keep 20 deliveries, and of those that it keeps"
              + " only 0 have ended and could be forgotten; publish again later, or raise"
              + " atMost",
          refused.getMessage());
      assertEquals(List.of(), full.log().ofEvent(Rig.SOURCE, "evt_2", Page.first(1)).items());
      hooks.subList(1, 15).forEach(full.registry()::delete);
      assertEquals("ACCEPTED", full.publisher().publish(Rig.task("evt_2")).status().name());
    }
  }

  /** What a host would publish. */
  record Invoice(String id, Instant due, int cents, List<String> lines) {}

  @Test
  void anObjectBecomesJson() {
    Published published =
        rig.publisher()
            .publish(
                "invoice.sent",
                "inv_1",
                new Invoice("inv_1", Instant.parse("2026-06-01T00:00:00Z"), 1999, List.of("é")));
    rig.settle();
    Seen seen = receiver.request(1);
    assertEquals("/rig", published.event().source());
    assertTrue(published.event().id().startsWith("evt_"));
    assertEquals(published.event().id(), seen.header("X-One-Event-Id"));
    assertEquals(
        """
        {"specversion":"1.0","id":"%s","type":"invoice.sent","source":"/rig",\
        "time":"2026-05-05T12:00:00Z","datacontenttype":"application/json","subject":"inv_1",\
        "data":{"id":"inv_1","due":"2026-06-01T00:00:00Z","cents":1999,"lines":["é"]}}"""
            .formatted(published.event().id()),
        seen.text());
  }

  @Test
  void textThatIsJsonStaysAsItIs() {
    rig.publisher().publishJson("note.added", null, " {\"b\": 1.10, \"a\": [ ] } ");
    rig.settle();
    assertTrue(
        receiver.request(1).text().endsWith(",\"data\": {\"b\": 1.10, \"a\": [ ] } }"),
        receiver.request(1)::text);
    assertFalse(receiver.request(1).text().contains("subject"));
    assertEquals(
        "data is given as text or bytes: use publishJson if it is JSON, otherwise a CloudEvent",
        assertThrows(
                InvalidEventException.class,
                () -> rig.publisher().publish("note.added", null, "{}"))
            .getMessage());
  }

  @Test
  void idsOfShortFormsAreNeverTheSame() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      ids.add(rig.publisher().publish("note.added", null, List.of()).event().id());
    }
    assertEquals(500, ids.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "1e400",
        "-0",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1000000000000000055511151231257827021181583404541015625",
        "{\"z\":1,\"a\":2,\"z2\":{ \"y\" : [1 ,2] }}",
        "\t[ 1,\r\n 2 ]\n",
        "\"\\u00e9 \\uD83D\\uDE00 é 😀 \\/ / \u2028\"",
        "null",
        "true"
      })
  void jsonDataGoesOutDigitForDigit(String json) {
    rig.publisher().publish(Rig.task("evt_1", json));
    rig.settle();
    byte[] sent = receiver.request(1).body();
    byte[] end = ("\"data\":" + json + "}").getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(
        end, java.util.Arrays.copyOfRange(sent, sent.length - end.length, sent.length));
  }

  @Test
  void dataOfOtherTypesGoesOutAsBase64() {
    byte[] bytes = {0, 1, (byte) 0xff, 'a'};
    CloudEvent event = CloudEventBuilder.v1(Rig.task("evt_1")).withData("image/png", bytes).build();
    rig.publisher().publish(event);
    rig.settle();
    String text = receiver.request(1).text();
    String expected = Base64.getEncoder().encodeToString(bytes);
    assertTrue(text.contains("\"datacontenttype\":\"image/png\""), text);
    assertTrue(text.endsWith(",\"data_base64\":\"" + expected + "\"}"), text);
  }

  @Test
  void anEventWithoutDataHasNone() {
    rig.publisher().publish(CloudEventBuilder.v1(Rig.task("e")).withoutData().build());
    rig.settle();
    assertFalse(receiver.request(1).text().contains("\"data\":"), receiver.request(1)::text);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(builder().withId(""), "id must not be empty"),
        refusal(
            builder().withId("a\nb"), "id must not hold a control character: U+000A at index 1"),
        refusal(
            builder().withId("i".repeat(1025)),
            "id must have at most 1024 bytes in UTF-8: it has 1025"),
        refusal(builder().withType(""), "type must not be empty"),
        refusal(builder().withSource(URI.create("")), "source must not be empty"),
        refusal(
            builder().withSource(URI.create("/é")),
            "source must be a URI in ASCII, other characters percent-encoded: U+00E9 at index 1"),
        refusal(builder().withSubject(""), "subject must not be empty"),
        refusal(
            builder().withSubject("\ud83d"), "subject must not hold a lone surrogate: U+D83D at"),
        refusal(
            builder().withDataSchema(URI.create("/schema")),
            "dataschema must be an absolute URI, with a scheme: \"/schema\""),
        refusal(
            builder().withExtension("big", 1L << 40),
            "extension \"big\" is a java.lang.Long, which CloudEvents does not have"),
        refusal(
            builder().withExtension("bell", "\u0007"),
            "extension \"bell\" must not hold a control character"),
        refusal(
            builder().withData("json", new byte[] {'1'}),
            "datacontenttype must be a media type such as application/json: \"json\""),
        refusal(
            builder().withData("application/json", new byte[] {'{'}),
            "data of datacontenttype application/json is not JSON"),
        refusal(
            builder().withData("application/json", "1 2".getBytes(StandardCharsets.UTF_8)),
            "data of datacontenttype application/json must be one JSON value: more follows it"),
        refusal(
            builder().withData("application/json", new byte[] {'"', (byte) 0xe9, '"'}),
            "data of datacontenttype application/json must be JSON in UTF-8: byte 1"),
        refusal(
            builder().withData("application/json", new byte[0]),
            "data of datacontenttype application/json must be a JSON value: it is empty"),
        refusal(
            builder()
                .withData(
                    "application/json",
                    ("[".repeat(501) + "]".repeat(501)).getBytes(StandardCharsets.UTF_8)),
            "data of datacontenttype application/json is nested too deep"),
        refusal(builder().withData("text/plain", new byte[64 * 1024]), "the event's JSON has 87"));
  }

  private static CloudEventBuilder builder() {
    return CloudEventBuilder.from(Rig.task("evt_bad"));
  }

  private static Arguments refusal(CloudEventBuilder event, String beginning) {
    return Arguments.of(event.build(), beginning);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void anEventThatBreaksARuleLeavesNothingBehind(CloudEvent event, String beginning) {
    InvalidEventException refused =
        assertThrows(InvalidEventException.class, () -> rig.publisher().publish(event));
    assertTrue(String.valueOf(refused.getMessage()).startsWith(beginning), refused::getMessage);
    rig.settle();
    assertEquals(0, receiver.requests().size());
    assertEquals(List.of(), rig.deliveries(hook));
    assertEquals(Published.Status.ACCEPTED, status(Rig.task("evt_bad")), "its id is still free");
  }

  @Test
  void oneEventGoesToAHundredWebhooks() {
    for (int i = 1; i < 100; i++) {
      rig.hook(WebhookSpec.to(receiver.url()).events("task.*"));
    }
    Published published = rig.publisher().publish(Rig.task("evt_1"));
    rig.settle();
    assertEquals(100, published.deliveries().size());
    assertEquals(100, new HashSet<>(published.deliveries()).size());
    assertEquals(100, receiver.requests().size());
    assertEquals(1, receiver.requests().stream().map(Seen::text).distinct().count());
    assertEquals(
        100,
        receiver.requests().stream().map(p -> p.header("X-One-Webhook-Key")).distinct().count());
    for (DeliveryId id : published.deliveries()) {
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
    assertNotNull(rig.log().ofEvent(Rig.SOURCE, "evt_1", Page.first(50)).next().orElseThrow());
  }

  @Test
  void typeAndIdThatNoHeaderCanHoldAreEncodedThere() {
    rig.publisher()
        .publish(CloudEventBuilder.v1(Rig.task("é 100%")).withType("tâche.créée").build());
    rig.settle();
    assertEquals("%C3%A9%20100%25", receiver.request(1).header("X-One-Event-Id"));
    assertEquals("t%C3%A2che.cr%C3%A9%C3%A9e", receiver.request(1).header("X-One-Event-Type"));
    assertTrue(receiver.request(1).text().contains("\"id\":\"é 100%\""));
  }
}
