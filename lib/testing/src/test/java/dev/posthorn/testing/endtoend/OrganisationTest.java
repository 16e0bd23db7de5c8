package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents of the organisation contract promise, over real sockets. */
class OrganisationTest {
  private static final DeliveryContract CONTRACT = Contracts.organisation();
  private static final Secret OTHER = Secret.of("another secret");
  private static final WebhookId HOOK = WebhookId.of("wh_1");
  private static final String DATA = "{\"id\":\"mem_1\",\"role\":\"ADMIN\"}";

  private static final String BODY =
      "{\"event\":\"member.added\",\"timestamp\":\"2026-05-05T11:59:00Z\","
          + "\"webhook_id\":\"wh_1\",\"data\":"
          + DATA
          + "}";

  /** The catalogue as it is documented. */
  private static final List<String> TYPES =
      List.of(
          "organization.created",
          "organization.updated",
          "organization.deleted",
          "member.added",
          "member.removed",
          "member.role_updated",
          "invite.created",
          "invite.accepted",
          "invite.cancelled",
          "oauth_app.created",
          "oauth_app.revoked",
          "webhook.created");

  private static Rig start() {
    return Rig.start(CONTRACT, builder -> builder.eventTypes(TYPES));
  }

  private static WebhookSpec spec(ScriptedReceiver receiver) {
    return WebhookSpec.to(receiver.url()).id(HOOK).events("member.added", "member.removed");
  }

  private static String key(Registration made) {
    return made.secret().orElseThrow().reveal();
  }

  private static DeliveryId publish(Rig rig, String id) {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId(id)
            .withType("member.added")
            .withSource(URI.create("/organizations/1"))
            .withTime(OffsetDateTime.parse("2026-05-05T11:59:00Z"))
            .withData("application/json", DATA.getBytes(UTF_8))
            .build();
    DeliveryId made = rig.publisher().publish(event).deliveries().get(0);
    rig.settle();
    return made;
  }

  @Test
  void theFirstRequestIsExactlyThis() throws Exception {
    try (Rig rig = start()) {
      ScriptedReceiver receiver = rig.receiver();
      Registration made = rig.registry().register(spec(receiver));
      publish(rig, "evt_1");
      assertEquals(
          """
          POST /hooks
          Accept-Encoding: identity
          Connection: Keep-Alive
          Content-Length: 116
          Content-Type: application/json
          Host: %s
          User-Agent: Posthorn/1.0
          X-Webhook-Event-Id: evt_1
          X-Webhook-Event-Source: /organizations/1
          X-Webhook-Signature: %s

          %s"""
              .formatted(receiver.address(), Proof.hex(key(made), BODY), BODY),
          Wire.of(receiver.request(1)));
      assertEquals(0, receiver.checks().size(), "no verification");
    }
  }

  @Test
  void retriesComeAfterOneFiveAndThirtySecondsAndAreTheSameToTheByte() throws Exception {
    try (Rig rig = start()) {
      ScriptedReceiver receiver = rig.receiver().thenFails(503);
      Registration made = rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      Schedule.isKept(
          rig, id, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30));
      // Nothing in it tells the time of an attempt: the signature covers the body alone.
      Schedule.isOfTheSame(receiver.requests());
      for (Seen seen : receiver.requests()) {
        assertEquals(Proof.hex(key(made), seen.text()), seen.header("X-Webhook-Signature"));
      }
      assertEquals(Duration.ofSeconds(10), CONTRACT.timeout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {410, 500})
  void nothingDisablesIt(int status) throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      ScriptedReceiver receiver = rig.receiver().thenFails(status);
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      rig.advance(Duration.ofMinutes(1));
      assertEquals(4, receiver.requests().size());
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(id).state());
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled());
      assertEquals(List.of("exhausted: evt_1"), told.lines());

      receiver.thenAccepts();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(publish(rig, "evt_2")).state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void every2xxIsSuccess(int status) throws Exception {
    try (Rig rig = start()) {
      rig.receiver().answers(1, Answer.status(status));
      rig.registry().register(spec(rig.receiver()));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(publish(rig, "evt_1")).state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 400, 499, 599})
  void nothingElseIs(int status) throws Exception {
    try (Rig rig = start()) {
      rig.receiver().fails(1, status);
      rig.registry().register(spec(rig.receiver()));
      assertEquals(DeliveryState.PENDING, rig.delivery(publish(rig, "evt_1")).state());
    }
  }

  /** Save it: it is returned once. */
  @Test
  void theKeyIsReturnedOnceAndNowhereElse() throws Exception {
    try (Rig rig = start()) {
      Registration made = rig.registry().register(spec(rig.receiver()));
      assertTrue(made.created());
      assertTrue(key(made).matches("[0-9a-f]{64}"), "32 random bytes");
      assertTrue(rig.registry().register(spec(rig.receiver())).secret().isEmpty(), "not again");
      Webhook read = rig.registry().find(HOOK).orElseThrow();
      assertTrue(read.spec().givenSecret().isEmpty());
      assertFalse((made + " " + read + read.spec()).contains(key(made)));
    }
  }

  @Test
  void theCatalogueIsClosedAndATypoIsAnswered() throws Exception {
    try (Rig rig = start()) {
      assertEquals(TYPES, List.copyOf(rig.registry().eventTypes()));
      rig.registry().register(spec(rig.receiver()).events(TYPES));
      InvalidWebhookException typo =
          assertThrows(
              InvalidWebhookException.class,
              () -> rig.registry().register(spec(rig.receiver()).events("organisation.created")));
      assertEquals(
          "unknown event type \"organisation.created\": did you mean \"organization.created\"?",
          typo.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://example.com/webhooks", "example.com/webhooks", "ftp://example.com"})
  void theUrlMustBeAValidHttpsUrl(String url) throws Exception {
    try (Rig rig = start()) {
      assertThrows(
          InvalidWebhookException.class,
          () -> rig.registry().register(WebhookSpec.to(url).events("member.added")));
      rig.registry().register(WebhookSpec.to("https://example.com/webhooks"));
    }
  }

  @Test
  void itsReceiverTakesWhatWasSentAndNothingElse() throws Exception {
    try (Rig rig = start()) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      Secret key = rig.registry().register(spec(rig.receiver())).secret().orElseThrow();
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      CloudEvent read = end.reads(seen, key);
      assertEquals("evt_1", read.getId());
      assertEquals("/organizations/1", read.getSource().toString());
      assertEquals("member.added", read.getType());
      assertEquals(DATA, new String(Objects.requireNonNull(read.getData()).toBytes(), UTF_8));
      end.refuses(seen, OTHER);
      end.refusesChanged(seen, key);
    }
  }

  @Test
  void aReceiverWithAnotherKeyAnswers401UntilItHasTheRightOne() throws Exception {
    try (Rig rig = start()) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      Secret key = rig.registry().register(spec(rig.receiver())).secret().orElseThrow();
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(OTHER), event -> {}));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(401, rig.attempts(id).get(0).outcome().status());
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(OTHER, key), event -> {}));
      rig.advance(Duration.ofSeconds(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void aRotatedKeySignsAloneAtOnce() throws Exception {
    try (Rig rig = start()) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      ScriptedReceiver receiver = rig.receiver().fails(1, 500);
      Secret old = rig.registry().register(spec(receiver)).secret().orElseThrow();
      publish(rig, "evt_1");
      assertNull(rig.registry().rotate(HOOK, Duration.ofHours(24), OTHER).previousUntil());
      rig.advance(Duration.ofSeconds(1));
      end.refuses(receiver.request(1), OTHER);
      end.refuses(receiver.request(2), old);
      assertEquals("evt_1", end.reads(receiver.request(2), OTHER).getId(), "the retry too");
    }
  }

  @Test
  void aTestEventNeedsNoTypeOfTheCatalogue() throws Exception {
    try (Rig rig = start()) {
      Registration made = rig.registry().register(spec(rig.receiver()));
      assertTrue(rig.registry().sendTest(HOOK).outcome().accepted());
      Seen seen = rig.receiver().request(1);
      assertTrue(seen.text().startsWith("{\"event\":\"webhook.test\","), seen.text());
      assertEquals(Proof.hex(key(made), seen.text()), seen.header("X-Webhook-Signature"));
    }
  }
}
