package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.EventRule;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.receiver.RecentEvents;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ManualTime;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents of the notification contract promise, over real sockets. */
class NotificationTest {
  private static final DeliveryContract CONTRACT = Contracts.notification();
  private static final Secret KEY = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final Secret OTHER = Secret.of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
  private static final WebhookId HOOK = WebhookId.of("crm");
  private static final String DATA = "{\"order\":17}";
  private static final Duration A_MILLISECOND = Duration.ofMillis(1);

  private static final String BODY =
      "{\"specversion\":\"1.0\",\"id\":\"evt_1\",\"type\":\"task.updated\","
          + "\"source\":\"onehorizon/workspaces/w_1\",\"time\":\"2026-05-05T12:00:00Z\","
          + "\"datacontenttype\":\"application/json\",\"subject\":\"tsk_1\","
          + "\"workspaceid\":\"w_1\",\"data\":"
          + DATA
          + "}";

  private static final WebhookSpec SPEC =
      WebhookSpec.to("https://example.com/hooks").events("task.updated");

  private static WebhookSpec spec(ScriptedReceiver receiver) {
    return WebhookSpec.to(receiver.url()).id(HOOK).events("task.updated").secret(KEY);
  }

  private static DeliveryId publish(Rig rig, String id) {
    DeliveryId made = rig.publisher().publish(Rig.task(id, DATA)).deliveries().get(0);
    rig.settle();
    return made;
  }

  @Test
  void theFirstRequestIsExactlyThis() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().answers(1, Answer.status(200));
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(
          """
          POST /hooks
          Accept-Encoding: identity
          Connection: Keep-Alive
          Content-Length: 218
          Content-Type: application/cloudevents+json; charset=utf-8
          Host: %s
          User-Agent: Posthorn/1.0
          webhook-id: %s
          webhook-signature: %s
          webhook-timestamp: 1777982400

          %s"""
              .formatted(
                  receiver.address(),
                  id,
                  Proof.v1(KEY.reveal(), id.value(), "1777982400", BODY),
                  BODY),
          Wire.of(receiver.request(1)));
      assertEquals(0, receiver.checks().size(), "no verification");
    }
  }

  @Test
  void retriesComeOverHalfAnHourEachSignedAnew() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.registry().register(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      List<Instant> times =
          Schedule.isKept(
              rig,
              id,
              Duration.ofSeconds(1),
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30));

      List<Seen> all = receiver.requests();
      Schedule.isOfTheSame(all, "webhook-timestamp", "webhook-signature");
      assertEquals(Schedule.seconds(times), Schedule.said("webhook-timestamp", all));
      List<String> signatures = Schedule.said("webhook-signature", all);
      assertEquals(6, new HashSet<>(signatures).size(), "each its own");
      for (Seen seen : all) {
        assertEquals(id.value(), seen.header("webhook-id"));
        assertEquals(
            Proof.v1(KEY.reveal(), id.value(), seen.header("webhook-timestamp"), seen.text()),
            seen.header("webhook-signature"));
      }
      assertEquals(Duration.ofSeconds(10), CONTRACT.timeout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 202, 203, 204, 206, 299, 301, 400, 404, 410, 500})
  void onlyAnAnswerOfExactly200IsSuccess(int status) throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      rig.receiver().answers(1, Answer.status(status)).thenAnswers(Answer.status(200));
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
      assertEquals(Outcome.Failed.status(status, null), rig.delivery(id).lastOutcome());
      assertEquals(
          "It waits for another attempt. Attempt 1: the endpoint answered " + status + ".",
          rig.explain(id).why());
      rig.advance(Duration.ofSeconds(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(new Outcome.Accepted(200), rig.delivery(id).lastOutcome());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 410, 500})
  void nothingDisablesIt(int status) throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      rig.receiver().thenAnswers(Answer.status(status));
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      rig.advance(Duration.ofHours(1));
      assertEquals(6, rig.receiver().requests().size());
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(id).state());
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled());
      assertEquals(List.of("exhausted: evt_1"), told.lines());
    }
  }

  @Test
  void itsReceiverSeesTheSenderTheWholeBodyAndThatItIsRecent() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.registry().register(spec(rig.receiver().thenAnswers(Answer.status(200))));
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      CloudEvent read = end.reads(seen, KEY);
      assertEquals("evt_1", read.getId());
      assertEquals(DATA, new String(Objects.requireNonNull(read.getData()).toBytes(), UTF_8));
      end.refuses(seen, OTHER);
      end.refusesChanged(seen, KEY);
      rig.advance(Duration.ofMinutes(5));
      assertEquals("evt_1", end.reads(seen, KEY).getId(), "five minutes are let pass");
      end.refusesLater(Duration.ofSeconds(1), seen, KEY);
    }
  }

  /** At least once: the answer is lost, the event comes again, and has one effect. */
  @Test
  void aReceiverThatRemembersIgnoresTheDuplicate() throws Exception {
    Queue<String> handled = new ConcurrentLinkedQueue<>();
    try (Rig rig = Rig.start(CONTRACT)) {
      WebhookReceiver end =
          new OtherEnd(CONTRACT, rig.time)
              .knowing(KEY)
              .remembering(RecentEvents.atMost(100, rig.time));
      var taking = OtherEnd.answering(end, event -> handled.add(event.getId()));
      rig.receiver()
          .thenAnswersBy(
              seen -> {
                Answer reply = taking.answer(seen);
                boolean first = rig.receiver().requests().size() == 1;
                return first ? Answer.status(502) : reply;
              });
      rig.registry().register(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(List.of("evt_1"), List.copyOf(handled));
      rig.advance(Duration.ofSeconds(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(2, rig.receiver().requests().size());
      assertEquals(List.of("evt_1"), List.copyOf(handled), "once");
    }
  }

  @Test
  void aWebhookForOneEventGetsNoOtherAndOneEventGoesToSeveralWebhooks() throws Exception {
    try (Rig rig = Rig.start(CONTRACT);
        ScriptedReceiver second = ScriptedReceiver.start()) {
      rig.receiver().thenAnswers(Answer.status(200));
      second.thenAnswers(Answer.status(200));
      rig.registry().register(spec(rig.receiver()));
      rig.registry().register(spec(second).id(WebhookId.of("erp")));
      rig.registry().register(spec(second).id(WebhookId.of("wms")).events("order.paid"));
      assertEquals(2, rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().size());
      rig.settle();
      Seen one = rig.receiver().request(1);
      Seen other = second.request(1);
      assertArrayEquals(one.body(), other.body());
      assertNotEquals(one.header("webhook-id"), other.header("webhook-id"), "two deliveries");
      assertEquals(1, second.requests().size());
    }
  }

  @Test
  void aWebhookIsForExactlyOneEventType() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      Function<WebhookSpec, String> refused =
          spec ->
              assertThrows(InvalidWebhookException.class, () -> rig.registry().register(spec))
                  .getMessage();
      String rule =
          "a webhook of the contract \"notification\" is for exactly one event type, but ";
      assertEquals(
          rule + "none is chosen: name it, as in events(\"task.created\")",
          refused.apply(SPEC.events(List.of())));
      assertEquals(
          rule + "2 are chosen, [task.updated, order.paid]: register a webhook for each",
          refused.apply(SPEC.events("task.updated", "order.paid")));
      for (String several : List.of("*", "task.*")) {
        assertEquals(
            rule
                + "\""
                + several
                + "\" may match several: name it in full, as in events(\"task.created\")",
            refused.apply(SPEC.events(several)));
      }
      assertEquals(List.of(), rig.registry().list(Page.first(5)).items(), "nothing is stored");
    }
  }

  @Test
  void anUpdateIsHeldToOneEventTypeToo() throws Exception {
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.contract(Contracts.oneHorizon()))) {
      rig.registry().register(SPEC.id(HOOK));
      assertThrows(
          InvalidWebhookException.class, () -> rig.registry().update(HOOK, WebhookSpec::allEvents));
      assertThrows(
          InvalidWebhookException.class,
          () -> rig.registry().register(SPEC.id(HOOK).events("task.*")));
      assertEquals(
          Set.of(new EventPattern("order.paid")),
          rig.registry().update(HOOK, old -> old.events("order.paid")).events());

      WebhookId loose = WebhookId.of("loose");
      rig.registry().register(SPEC.id(loose).contract("onehorizon").allEvents().withoutSecret());
      assertThrows(
          InvalidWebhookException.class,
          () -> rig.registry().update(loose, old -> old.contract("notification")));
      assertEquals(
          "notification",
          rig.registry()
              .update(loose, old -> old.contract("notification").events("task.updated"))
              .contract());
    }
  }

  @Test
  void webhooksThatAreStoredAlreadyGoOnAsTheyAre() throws Exception {
    ManualTime time = ManualTime.at(Rig.NOON);
    InMemoryStore kept = InMemoryStore.create(time);
    WebhookSpec spec = SPEC.id(HOOK).events("task.*", "order.*").secret(KEY);
    try (Posthorn before =
        Posthorn.builder().contract(CONTRACT.events(EventRule.ANY_TYPES)).store(kept).build()) {
      before.registry().register(spec);
    }
    try (Rig rig = Rig.start(CONTRACT, unused -> kept, builder -> builder)) {
      String url = rig.receiver().thenAnswers(Answer.status(200)).url();
      rig.registry().register(spec);
      rig.registry().update(HOOK, old -> old.url(url).label("crm"));
      publish(rig, "evt_1");
      assertEquals(1, rig.receiver().requests().size());
      assertThrows(
          InvalidWebhookException.class,
          () -> rig.registry().update(HOOK, old -> old.events("task.*")));
    }
  }

  @Test
  void oneNamedAuthenticationIsReusedAndRotatedForAllWhoUseIt() throws Exception {
    try (Rig rig = Rig.start(CONTRACT);
        ScriptedReceiver second = ScriptedReceiver.start()) {
      rig.receiver().thenAnswers(Answer.status(200));
      second.thenAnswers(Answer.status(200));
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      Secret shared = rig.registry().authentications().create("integrations").secret();
      for (ScriptedReceiver to : List.of(rig.receiver(), second)) {
        rig.registry()
            .register(
                WebhookSpec.to(to.url()).events("task.updated").authentication("integrations"));
      }
      publish(rig, "evt_1");
      Secret next = rig.registry().authentications().rotate("integrations", Duration.ZERO).secret();
      publish(rig, "evt_2");
      for (ScriptedReceiver to : List.of(rig.receiver(), second)) {
        assertEquals("evt_1", end.reads(to.request(1), shared).getId());
        end.refuses(to.request(2), shared);
        assertEquals("evt_2", end.reads(to.request(2), next).getId());
      }
    }
  }

  @Test
  void bothKeysSignUntilTheOverlapIsOver() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      ScriptedReceiver receiver = rig.receiver().thenAnswers(Answer.status(200));
      rig.registry().register(spec(receiver));
      Rotation rotation = rig.registry().rotate(HOOK, Duration.ofHours(1), OTHER);
      assertEquals(Rig.NOON.plus(Duration.ofHours(1)), rotation.previousUntil());

      rig.advance(Duration.ofHours(1).minus(A_MILLISECOND));
      publish(rig, "evt_1");
      Seen both = receiver.request(1);
      String id = both.header("webhook-id");
      String time = both.header("webhook-timestamp");
      assertEquals(
          Proof.v1(OTHER.reveal(), id, time, both.text())
              + " "
              + Proof.v1(KEY.reveal(), id, time, both.text()),
          both.header("webhook-signature"),
          "the newest first");
      assertEquals("evt_1", end.reads(both, KEY).getId());
      assertEquals("evt_1", end.reads(both, OTHER).getId());

      rig.advance(A_MILLISECOND);
      publish(rig, "evt_2");
      end.refuses(receiver.request(2), KEY);
      assertEquals("evt_2", end.reads(receiver.request(2), OTHER).getId());
    }
  }

  @Test
  void onlyHttpsIsRegistered() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      assertThrows(
          InvalidWebhookException.class,
          () -> rig.registry().register(SPEC.url("http://example.com/hooks")));
      rig.registry().register(SPEC);
    }
  }
}
