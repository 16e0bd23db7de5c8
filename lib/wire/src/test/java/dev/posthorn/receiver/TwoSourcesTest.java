package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the body does not hold an event's source, a header does: ids are unique within it only. */
class TwoSourcesTest {
  private static final Secret KEY = Secret.of("a key");
  private static final String ID = "X-Webhook-Event-Id";
  private static final String SOURCE = "X-Webhook-Event-Source";
  private static final String WEBHOOK = "X-Webhook-ID";

  private final List<CloudEvent> handled = new ArrayList<>();

  static List<DeliveryContract> presets() {
    return List.of(Contracts.signedJson(), Contracts.organisation());
  }

  private static CloudEvent event(String id, String source) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create(source))
        .withType("task.created")
        .withData("application/json", "{}".getBytes(UTF_8))
        .build();
  }

  private static Request request(DeliveryContract contract, String source) {
    return Request.of(contract, event("evt_1", source), KEY);
  }

  private String answer(DeliveryContract contract, Request request) {
    return request.post(WebhookReceiver.of(contract, KEY), handled::add).toString();
  }

  private List<String> sources() {
    return handled.stream().map(event -> event.getSource().toString()).toList();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void equalIdsOfTwoSourcesAreTwoEventsToAReceiverThatRemembers(DeliveryContract contract) {
    WebhookReceiver receiver =
        WebhookReceiver.of(contract, KEY).remembering(RecentEvents.atMost(10));
    for (String source : List.of("/shop/1", "/shop/2", "/shop/1", "/shop/2")) {
      assertEquals(200, request(contract, source).post(receiver, handled::add).status());
    }
    assertEquals(List.of("/shop/1", "/shop/2"), sources());
    assertEquals(List.of("evt_1", "evt_1"), handled.stream().map(CloudEvent::getId).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "/tasks, /tasks",
    "https://a.example/x?y=1&z=%C3%A4#f, https://a.example/x?y=1&z=%25C3%25A4#f",
    "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66, urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
  })
  void aSourceIsPercentEncodedAsAnIdIs(String source, String header) {
    for (DeliveryContract contract : presets()) {
      Request request = request(contract, source);
      assertEquals(List.of(header), request.headers.get(SOURCE));
      assertEquals("Reply[200: received]", answer(contract, request));
    }
    assertEquals(List.of(source, source), sources());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void withoutTheHeaderTheWebhookStandsForTheSource(DeliveryContract contract) {
    Request old = request(contract, "/shop").without(SOURCE);
    assertEquals("Reply[200: received]", answer(contract, old));
    assertEquals(List.of("wh_1"), sources());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aHeaderThatIsNoSourceIsA400(DeliveryContract contract) {
    for (String bad : List.of("%", "%zz", "/\u00e4", "%ff")) {
      assertEquals(
          "Reply[400: the header X-Webhook-Event-Source is not percent-encoded UTF-8]",
          answer(contract, request(contract, "/a").with(SOURCE, bad)));
    }
    for (String bad : List.of("a b", "%20", "http://[", "%25", "1:2", "a%0A", "/%E2%80%A8")) {
      String answer = answer(contract, request(contract, "/a").with(SOURCE, bad));
      assertEquals(
          "Reply[400: the header X-Webhook-Event-Source is not a URI reference]", answer, bad);
    }
    for (String bad : List.of("/%C3%A4", "", "x".repeat(2049))) {
      assertEquals(
          "Reply[400: the headers and the body are not the contract's JSON]",
          answer(contract, request(contract, "/a").with(SOURCE, bad)),
          bad);
    }
    assertEquals(
        "Reply[400: the header X-Webhook-Event-Source is there more than once]",
        answer(contract, request(contract, "/a").with(SOURCE, "/a", "/a")));
    assertEquals(List.of(), handled);
  }

  @Test
  void theWebhooksIdIsStillComparedWithTheBodys() {
    DeliveryContract contract = Contracts.signedJson();
    for (Request request :
        List.of(request(contract, "/shop"), request(contract, "/shop").without(SOURCE))) {
      assertEquals("Reply[200: received]", answer(contract, request));
      assertEquals("Reply[200: received]", answer(contract, request.without(WEBHOOK)));
      assertEquals(
          "Reply[400: X-Webhook-ID is not the webhook_id of the body]",
          answer(contract, request.with(WEBHOOK, "wh_2")));
      assertEquals(
          "Reply[400: the header X-Webhook-ID is there more than once]",
          answer(contract, request.with(WEBHOOK, "wh_1", "wh_1")));
    }
  }

  /** Whoever takes a preset's headers with a body that has the attributes itself. */
  @ParameterizedTest
  @MethodSource("presets")
  void besideABodyThatHoldsThemBothIdAndSourceMustBeTheSame(DeliveryContract preset) {
    DeliveryContract contract = preset.named("own").body(BodyFormats.structured());
    assertEquals("Reply[200: received]", answer(contract, request(contract, "/shop")));
    assertEquals(
        "Reply[400: X-Webhook-Event-Id is not the id of the event in the body]",
        answer(contract, request(contract, "/shop").with(ID, "evt_2")));
    assertEquals(
        "Reply[400: X-Webhook-Event-Source is not the source of the event in the body]",
        answer(contract, request(contract, "/shop").with(SOURCE, "/sho")));
    assertEquals(List.of("/shop"), sources());
  }

  /** Most servers take 8 KiB of headers. */
  @ParameterizedTest
  @MethodSource("presets")
  void theLongestIdAndSourceArriveInHeadersThatServersTake(DeliveryContract contract) {
    String id = "\u00e4".repeat(512);
    String source = "/" + "%41".repeat(682) + "a";
    Request request = Request.of(contract, event(id, source), KEY);
    assertEquals(3072, first(request, ID).length());
    assertEquals(3412, first(request, SOURCE).length());
    int all = 0;
    for (String name : request.headers.keySet()) {
      all += Objects.requireNonNull(name).length() + first(request, name).length() + 4;
    }
    assertTrue(all < 7000, "bytes of headers: " + all);

    assertEquals("Reply[200: received]", answer(contract, request));
    assertEquals(id, handled.get(0).getId());
    assertEquals(List.of(source), sources());
  }

  @Test
  void aLongerSourceIsNeverAccepted() {
    CloudEvent longer = event("evt_1", "/" + "%41".repeat(682) + "ab");
    assertEquals(
        "source must have at most 2048 bytes in UTF-8: it has 2049",
        assertThrows(
                InvalidEventException.class,
                () -> CanonicalEvent.of(longer, Instant.EPOCH, 256 * 1024))
            .getMessage());
  }

  private static String first(Request request, String name) {
    List<String> values = Objects.requireNonNull(request.headers.get(name));
    assertFalse(values.isEmpty());
    return values.get(0);
  }
}
