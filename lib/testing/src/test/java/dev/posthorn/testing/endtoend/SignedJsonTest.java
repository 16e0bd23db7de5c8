package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.HmacSignature;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.receiver.RecentEvents;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents of the signed JSON contract promise, over real sockets. */
class SignedJsonTest {
  private static final DeliveryContract CONTRACT = Contracts.signedJson();
  private static final String KEY = "your_webhook_secret";
  private static final Secret SECRET = Secret.of(KEY);
  private static final Secret OTHER = Secret.of("another_secret");
  private static final WebhookId HOOK = WebhookId.of("webhook_123");
  private static final String USED_UP = "a delivery has used up all its attempts";

  private static final String DATA =
      "{\"id\":\"task_789\",\"name\":\"Design homepage\",\"status\":\"todo\",\"priority\":\"high\","
          + "\"project_id\":\"proj_123\",\"assignee_id\":\"user_456\",\"created_by\":\"user_789\","
          + "\"due_date\":\"2025-10-30\"}";

  /** The documents' sample, without the spaces that are there for people. */
  private static final String BODY =
      "{\"event\":\"task.created\",\"timestamp\":\"2025-10-14T10:30:00Z\","
          + "\"webhook_id\":\"webhook_123\",\"data\":"
          + DATA
          + "}";

  /** The whole request of a first attempt, headers in the order of their names. */
  private static final String WIRE =
      """
      POST /hooks
      Accept-Encoding: identity
      Connection: Keep-Alive
      Content-Length: 267
      Content-Type: application/json
      Host: %s
      User-Agent: Posthorn/1.0
      X-Webhook-Event-Id: evt_1
      X-Webhook-Event-Source: /workspaces/1
      X-Webhook-ID: webhook_123
      X-Webhook-Signature: %s
      X-Webhook-Timestamp: 1777982400

      %s""";

  private static WebhookSpec spec(ScriptedReceiver receiver) {
    return WebhookSpec.to(receiver.url())
        .id(HOOK)
        .events("task.created", "task.updated", "task.completed")
        .secret(SECRET);
  }

  private static DeliveryId publish(Rig rig, String id) {
    DeliveryId made = rig.publisher().publish(event(id)).deliveries().get(0);
    rig.settle();
    return made;
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withType("task.created")
        .withSource(URI.create("/workspaces/1"))
        .withTime(OffsetDateTime.parse("2025-10-14T10:30:00Z"))
        .withData("application/json", DATA.getBytes(UTF_8))
        .build();
  }

  @Test
  void theFirstRequestIsTheDocumentsToTheByte() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver();
      rig.registry().register(spec(receiver));
      publish(rig, "evt_1");
      String signature = "sha256=" + Proof.hex(KEY, BODY);
      assertEquals(
          WIRE.formatted(receiver.address(), signature, BODY), Wire.of(receiver.request(1)));
      assertEquals(0, receiver.checks().size(), "no verification");
    }
  }

  @Test
  void dataIsWrittenAsJavaScriptWritesItAgain() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.registry().register(spec(rig.receiver()).allEvents());
      rig.publisher().publish(Rig.task("evt_1", "{ \"name\" : \"Gr\\u00f6\\u00dfe\\/\\n\" }"));
      rig.settle();
      String text = rig.receiver().request(1).text();
      assertTrue(text.endsWith(",\"data\":{\"name\":\"Größe/\\n\"}}"), text);
    }
  }

  @Test
  void retriesComeAfterOneFiveAndThirtyMinutesEachWithATimeOfItsOwn() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      List<Instant> times =
          Schedule.isKept(
              rig, id, Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));

      Schedule.isOfTheSame(receiver.requests(), "X-Webhook-Timestamp");
      assertEquals(
          List.of("1777982400", "1777982460", "1777982760", "1777984560"),
          Schedule.said("X-Webhook-Timestamp", receiver.requests()));
      assertEquals(
          Schedule.seconds(times), Schedule.said("X-Webhook-Timestamp", receiver.requests()));
      for (Seen seen : receiver.requests()) {
        assertEquals("sha256=" + Proof.hex(KEY, seen.text()), seen.header("X-Webhook-Signature"));
        assertEquals("evt_1", seen.header("X-Webhook-Event-Id"));
      }
      assertEquals(Duration.ofSeconds(10), CONTRACT.timeout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void every2xxIsSuccess(int status) throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().answers(1, Answer.status(status));
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      rig.advance(Duration.ofHours(1));
      assertEquals(1, rig.receiver().requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 404, 410, 429, 500})
  void everythingElseIsAFailureThatIsRetriedAndDisablesNothingYet(int status) throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().fails(1, status);
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled());
      rig.advance(Duration.ofMinutes(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void afterItsThreeRetriesADeliveryDisablesTheWebhookAndTheOthersAreHeld() throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId first = publish(rig, "evt_1");
      rig.advance(Duration.ofMinutes(10));
      DeliveryId second = publish(rig, "evt_2");
      rig.advance(Duration.ofMinutes(26).minusMillis(1));
      assertEquals(List.of(), told.lines(), "six failures, but no delivery has come to its end");
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled());

      rig.advance(Duration.ofMillis(1));
      assertEquals(USED_UP, rig.registry().find(HOOK).orElseThrow().disabled());
      assertEquals(
          List.of(
              "disabling webhook_123: " + USED_UP,
              "disabled webhook_123: " + USED_UP,
              "exhausted: evt_1"),
          told.lines());
      DeliveryId third = publish(rig, "evt_3");
      rig.advance(Duration.ofHours(1));
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(first).state());
      assertEquals(DeliveryState.HELD, rig.delivery(second).state());
      assertEquals(DeliveryState.HELD, rig.delivery(third).state());
      assertEquals(7, receiver.requests().size(), "nothing goes to a disabled webhook");
      assertEquals(3, told.lines().size(), "told once");
    }
  }

  /** Fix your endpoint, test the webhook, enable it again. */
  @Test
  void aDisabledWebhookIsRepairedTestedAndEnabledByHand() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId given = publish(rig, "evt_1");
      rig.advance(Duration.ofMinutes(36));
      DeliveryId held = publish(rig, "evt_2");
      assertEquals(DeliveryState.HELD, rig.delivery(held).state());

      receiver.thenAccepts();
      assertTrue(rig.registry().sendTest(HOOK).outcome().accepted(), "though it is disabled");
      assertEquals(DeliveryState.HELD, rig.delivery(held).state(), "a test enables nothing");
      rig.registry().enable(HOOK, Backlog.resume());
      rig.advance(Duration.ofSeconds(1)); // it comes back slowly
      assertEquals(DeliveryState.DELIVERED, rig.delivery(held).state());
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(given).state());

      rig.log().replay(given);
      rig.advance(Duration.ofSeconds(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(given).state());
      Seen replayed = receiver.request(receiver.requests().size());
      assertArrayEquals(receiver.request(1).body(), replayed.body());
      assertEquals("evt_1", replayed.header("X-Webhook-Event-Id"));
    }
  }

  @Test
  void aTestEventHasTheSameFormAndASignature() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.registry().register(spec(rig.receiver()));
      Attempt test = rig.registry().sendTest(HOOK);
      assertEquals(new Outcome.Accepted(204), test.outcome());
      Seen seen = rig.receiver().request(1);
      assertEquals(
          "{\"event\":\"webhook.test\",\"timestamp\":\"2026-05-05T12:00:00Z\","
              + "\"webhook_id\":\"webhook_123\",\"data\":{\"resource\":{\"type\":\"webhook\","
              + "\"id\":\"webhook_123\"},\"actor\":{\"type\":\"system\"}}}",
          seen.text());
      assertEquals("sha256=" + Proof.hex(KEY, seen.text()), seen.header("X-Webhook-Signature"));
    }
  }

  /** The documents' answer: id, event, timestamp, status, response_code, response_time_ms. */
  @Test
  void theLogHasWhatTheDocumentsShowOfADelivery() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().answers(1, Answer.status(200)).fails(1, 503);
      rig.registry().register(spec(rig.receiver()));
      DeliveryId good = publish(rig, "evt_1");
      publish(rig, "evt_2");
      List<Delivery> log = rig.deliveries(HOOK);
      assertEquals("evt_2", log.get(0).event().id(), "the newest first");
      Delivery shown = log.get(1);
      Attempt attempt = rig.attempts(good).get(0);
      assertEquals(good, shown.id());
      assertEquals("task.created", shown.eventType());
      assertEquals(Rig.NOON, attempt.startedAt());
      assertEquals(DeliveryState.DELIVERED, shown.state());
      assertEquals(200, attempt.outcome().status());
      assertTrue(attempt.took().toNanos() > 0, "the response time");
      assertTrue(attempt.took().compareTo(Rig.HANG) < 0);
      assertEquals(503, rig.attempts(log.get(0).id()).get(0).outcome().status());
    }
  }

  @Test
  void itsReceiverTakesWhatWasSentAndNothingElse() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver()));
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      CloudEvent read = end.reads(seen, SECRET);
      assertEquals("evt_1", read.getId());
      assertEquals("task.created", read.getType());
      assertEquals("/workspaces/1", read.getSource().toString());
      assertEquals(OffsetDateTime.parse("2025-10-14T10:30:00Z"), read.getTime());
      assertEquals(DATA, new String(Objects.requireNonNull(read.getData()).toBytes(), UTF_8));
      end.refuses(seen, OTHER);
      end.refusesChanged(seen, SECRET);
    }
  }

  @Test
  void aReceiverWithAnotherKeyAnswers401AndADuplicateHasOneEffect() throws Exception {
    Queue<String> handled = new ConcurrentLinkedQueue<>();
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      ScriptedReceiver receiver = rig.receiver();
      rig.registry().register(spec(receiver));
      receiver.thenAnswersBy(
          OtherEnd.answering(end.knowing(OTHER), event -> handled.add(event.getId())));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(401, rig.attempts(id).get(0).outcome().status());

      WebhookReceiver right = end.knowing(SECRET).remembering(RecentEvents.atMost(100, rig.time));
      receiver.thenAnswersBy(OtherEnd.answering(right, event -> handled.add(event.getId())));
      rig.advance(Duration.ofMinutes(1));
      rig.log().replay(id);
      rig.settle();
      assertEquals(List.of(401, 200, 200), receiver.requests().stream().map(Seen::status).toList());
      assertEquals(List.of("evt_1"), List.copyOf(handled));
    }
  }

  /** The documents' code compares bare digits, though their text has a prefix. */
  @Test
  void receiversThatDoAsTheDocumentsCodeGetBareDigits() throws Exception {
    DeliveryContract bare =
        CONTRACT.named("signed-json-bare").authentication(HmacSignature.in("Signature"));
    try (Rig rig = Rig.start(bare)) {
      rig.registry().register(spec(rig.receiver()));
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      assertEquals(
          WIRE.formatted(rig.receiver().address(), Proof.hex(KEY, BODY), BODY), Wire.of(seen));
      assertEquals("evt_1", new OtherEnd(bare, rig.time).reads(seen, SECRET).getId());
    }
  }

  @Test
  void aRotatedKeySignsAloneAtOnceSoReceiversTakeBothBefore() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver()));
      publish(rig, "evt_1");
      Rotation rotation = rig.registry().rotate(HOOK, Duration.ofHours(24), OTHER);
      assertNull(rotation.previousUntil(), "the header carries one signature");
      publish(rig, "evt_2");
      Seen before = rig.receiver().request(1);
      Seen after = rig.receiver().request(2);
      end.refuses(before, OTHER);
      end.refuses(after, SECRET);
      assertEquals("evt_1", end.reads(before, OTHER, SECRET).getId());
      assertEquals("evt_2", end.reads(after, OTHER, SECRET).getId());
    }
  }

  @Test
  void aKeyIsGeneratedWhereNoneIsGiven() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      WebhookSpec keyless = WebhookSpec.to(rig.receiver().url()).events("task.*");
      Registration made = rig.registry().register(keyless);
      Secret key = made.secret().orElseThrow();
      assertTrue(key.reveal().matches("[0-9a-f]{64}"), "32 random bytes");
      assertTrue(made.webhook().enabled(), "active");
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      assertEquals(made.id().value(), seen.header("X-Webhook-ID"));
      assertEquals(
          "sha256=" + Proof.hex(key.reveal(), seen.text()), seen.header("X-Webhook-Signature"));
      assertFalse(seen.text().contains(key.reveal()));
    }
  }

  /** HTTPS only in production; HTTP where the application says so. */
  @Test
  void plainHttpIsRefusedUnlessTheApplicationAllowsIt() throws Exception {
    WebhookSpec plain = WebhookSpec.to("http://example.com/webhooks").events("task.created");
    EndpointPolicy inProduction = EndpointPolicy.standard();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.endpoints(inProduction))) {
      String refused =
          String.valueOf(
              assertThrows(InvalidWebhookException.class, () -> rig.registry().register(plain))
                  .getMessage());
      assertTrue(
          refused.startsWith(
              "the URL must begin with https://; http needs"
                  + " EndpointPolicy.standard().allowHttp()"),
          refused);
      assertTrue(rig.registry().register(plain.url("https://example.com/webhooks")).created());
    }
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.endpoints(inProduction.allowHttp()))) {
      assertTrue(rig.registry().register(plain).created());
    }
  }

  @Test
  void onlyTheChosenEventsCome() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.registry().register(spec(rig.receiver()).events("task.created", "project.*"));
      assertEquals("UNWANTED", rig.publisher().publish(Rig.task("evt_1")).status().name());
      rig.publisher().publish("project.archived", "proj_123", Map.of());
      publish(rig, "evt_2");
      assertEquals(
          List.of("project.archived", "task.created"),
          rig.receiver().requests().stream()
              .map(seen -> seen.event(CONTRACT).getType())
              .sorted()
              .toList());
    }
  }
}
