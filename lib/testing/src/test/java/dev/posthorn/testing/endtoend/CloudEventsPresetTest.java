package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.receiver.OriginRule;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.Responder;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What CloudEvents Web Hooks 1.0.2 asks of a sender of deliveries, over real sockets. */
class CloudEventsPresetTest {
  private static final String ORIGIN = "events.acme.example";
  private static final DeliveryContract CONTRACT = Contracts.cloudEvents(ORIGIN);
  private static final Secret TOKEN = Secret.of("mF_9.B5f-4.1JqM");
  private static final Secret OTHER = Secret.of("other.token");
  private static final WebhookId HOOK = WebhookId.of("crm");
  private static final String DATA = "{\"order\":1.70}";
  private static final String GONE = "the endpoint answered 410 Gone";

  private static WebhookSpec spec(ScriptedReceiver receiver) {
    return WebhookSpec.to(receiver.url()).id(HOOK).events("task.updated").secret(TOKEN);
  }

  private static Rig start(DeliveryContract contract) {
    return Rig.start(contract, builder -> builder.randomness(new Luck(0.5)));
  }

  private static DeliveryId publish(Rig rig, String id) {
    DeliveryId made = rig.publisher().publish(Rig.task(id, DATA)).deliveries().get(0);
    rig.settle();
    return made;
  }

  @Test
  void theFirstRequestInStructuredModeIsExactlyThis() throws Exception {
    try (Rig rig = start(CONTRACT)) {
      rig.hook(spec(rig.receiver()));
      publish(rig, "evt_1");
      assertEquals(
          """
          POST /hooks
          Accept-Encoding: identity
          Authorization: Bearer mF_9.B5f-4.1JqM
          Connection: Keep-Alive
          Content-Length: 220
          Content-Type: application/cloudevents+json; charset=utf-8
          Host: %s
          User-Agent: Posthorn/1.0
          WebHook-Request-Origin: events.acme.example

          {"specversion":"1.0","id":"evt_1","type":"task.updated",\
          "source":"onehorizon/workspaces/w_1","time":"2026-05-05T12:00:00Z",\
          "datacontenttype":"application/json","subject":"tsk_1","workspaceid":"w_1",\
          "data":{"order":1.70}}"""
              .formatted(rig.receiver().address()),
          Wire.of(rig.receiver().request(1)));
    }
  }

  @Test
  void theFirstRequestInBinaryModeIsExactlyThis() throws Exception {
    try (Rig rig = start(CONTRACT.named("binary").body(BodyFormats.binary()))) {
      rig.hook(spec(rig.receiver()));
      publish(rig, "evt_1");
      assertEquals(
          """
          POST /hooks
          Accept-Encoding: identity
          Authorization: Bearer mF_9.B5f-4.1JqM
          Connection: Keep-Alive
          Content-Length: 14
          Content-Type: application/json
          Host: %s
          User-Agent: Posthorn/1.0
          WebHook-Request-Origin: events.acme.example
          ce-id: evt_1
          ce-source: onehorizon/workspaces/w_1
          ce-specversion: 1.0
          ce-subject: tsk_1
          ce-time: 2026-05-05T12:00:00Z
          ce-type: task.updated
          ce-workspaceid: w_1

          {"order":1.70}"""
              .formatted(rig.receiver().address()),
          Wire.of(rig.receiver().request(1)));
    }
  }

  @Test
  void retriesComeOverThreeDaysAndAreTheSameToTheByte() throws Exception {
    Told told = new Told();
    try (Rig rig =
        Rig.start(CONTRACT, builder -> builder.randomness(new Luck(0.5)).listener(told))) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.hook(spec(receiver));
      DeliveryId id = publish(rig, "evt_1");
      Schedule.isKept(
          rig,
          id,
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));
      // A token proves who sends and nothing else, so there is nothing to be made anew.
      Schedule.isOfTheSame(receiver.requests());
      assertTrue(rig.registry().find(HOOK).orElseThrow().enabled(), "that disables nothing");
      assertEquals(List.of("exhausted: evt_1"), told.lines());
      assertEquals(Duration.ofSeconds(15), CONTRACT.timeout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void every2xxIsSuccess(int status) throws Exception {
    try (Rig rig = start(CONTRACT)) {
      rig.receiver().answers(1, Answer.status(status));
      rig.hook(spec(rig.receiver()));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(publish(rig, "evt_1")).state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 429, 500})
  void everythingElseIsRetried(int status) throws Exception {
    try (Rig rig = start(CONTRACT)) {
      rig.receiver().fails(1, status);
      rig.hook(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
      rig.advance(Duration.ofSeconds(5));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void anUnsupportedMediaTypeIsPermanentAndDisablesNothing() throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      rig.receiver().fails(1, 415);
      rig.hook(spec(rig.receiver()));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(EndReason.PERMANENT_FAILURE, rig.delivery(id).ended());
      assertEquals(
          "It was given up, because the failure is permanent."
              + " Attempt 1: the endpoint answered 415.",
          rig.explain(id).why());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(publish(rig, "evt_2")).state());
      assertEquals(List.of("exhausted: evt_1"), told.lines());
    }
  }

  @Test
  void goneDisablesAndWhatIsHeldGoesOutAfterEnabling() throws Exception {
    Told told = new Told();
    try (Rig rig = Rig.start(CONTRACT, builder -> builder.listener(told))) {
      rig.receiver().fails(1, 410);
      rig.hook(spec(rig.receiver()));
      DeliveryId refused = publish(rig, "evt_1");
      DeliveryId held = publish(rig, "evt_2");
      rig.advance(Duration.ofHours(1));
      assertEquals(GONE, rig.registry().find(HOOK).orElseThrow().disabled());
      assertEquals(DeliveryState.HELD, rig.delivery(refused).state());
      assertEquals(DeliveryState.HELD, rig.delivery(held).state());
      assertEquals(List.of("disabling crm: " + GONE, "disabled crm: " + GONE), told.lines());

      rig.registry().enable(HOOK, Backlog.resume());
      rig.advance(Duration.ofSeconds(2));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(refused).state());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(held).state());
    }
  }

  /** Both ends are the library's own: the handshake, its rate, and the deliveries. */
  @Test
  void itsReceiverAllowsTheSenderAndTakesWhatItSends() throws Exception {
    try (Rig rig = start(CONTRACT)) {
      WebhookReceiver end =
          new OtherEnd(CONTRACT, rig.time)
              .knowing(TOKEN)
              .allowing(OriginRule.only(AllowedRate.perMinute(120), ORIGIN));
      Responder answering = OtherEnd.answering(end, event -> {});
      rig.receiver().answersOptionsBy(answering).thenAnswersBy(answering);
      rig.hook(spec(rig.receiver()));
      assertEquals(Rate.of(120, Duration.ofMinutes(1)), rig.registry().verify(HOOK).allowedRate());
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(200, rig.attempts(id).get(0).outcome().status());
    }
  }

  @Test
  void whoDoesNotKnowTheTokenAnswers401() throws Exception {
    try (Rig rig = start(CONTRACT)) {
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      rig.hook(spec(rig.receiver()));
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(OTHER), event -> {}));
      DeliveryId id = publish(rig, "evt_1");
      assertEquals(401, rig.attempts(id).get(0).outcome().status());
      rig.receiver().thenAnswersBy(OtherEnd.answering(end.knowing(TOKEN), event -> {}));
      rig.advance(Duration.ofSeconds(5));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void aRotatedTokenIsTheOnlyOneAtOnceForRetriesToo() throws Exception {
    try (Rig rig = start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 500);
      rig.hook(spec(receiver));
      publish(rig, "evt_1");
      assertNull(rig.registry().rotate(HOOK, Duration.ofHours(24), OTHER).previousUntil());
      rig.advance(Duration.ofSeconds(5));
      assertEquals(
          List.of("Bearer mF_9.B5f-4.1JqM", "Bearer other.token"),
          Schedule.said("Authorization", receiver.requests()));
      OtherEnd end = new OtherEnd(CONTRACT, rig.time);
      end.refuses(receiver.request(2), TOKEN);
      assertEquals("evt_1", end.reads(receiver.request(2), OTHER, TOKEN).getId());
    }
  }

  @Test
  void aWebhookWithoutATokenSendsNoneIfThatIsSaid() throws Exception {
    try (Rig rig = start(CONTRACT)) {
      rig.hook(spec(rig.receiver()).withoutSecret());
      publish(rig, "evt_1");
      Seen seen = rig.receiver().request(1);
      assertFalse(seen.has("Authorization"));
      assertEquals(ORIGIN, seen.header("WebHook-Request-Origin"));
    }
  }
}
