package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be read about deliveries, and how each of their states is explained. */
class LogTest {

  @Test
  void deliveriesComeInPagesNewestFirst() throws Exception {
    try (Rig rig = Rig.start()) {
      WebhookId hook = rig.hook().id();
      rig.hook();
      for (int i = 0; i < 25; i++) {
        rig.publish("evt_" + i);
      }
      List<String> ids = new ArrayList<>();
      Page<Delivery> page = rig.log().of(hook, Page.first(10));
      page.items().forEach(one -> ids.add(one.event().id()));
      while (page.next().isPresent()) {
        page = rig.log().of(hook, Page.after(page.next().get(), 10));
        page.items().forEach(one -> ids.add(one.event().id()));
      }
      assertEquals(IntStream.range(0, 25).mapToObj(i -> "evt_" + (24 - i)).toList(), ids);
      assertEquals(2, rig.log().ofEvent(Rig.SOURCE, "evt_7", Page.first(9)).items().size());
      assertEquals(List.of(), rig.log().ofEvent("elsewhere", "evt_7", Page.first(9)).items());
    }
  }

  @Test
  void anAttemptTellsWhatCameBack() throws Exception {
    String answer = "{\"error\":\"no such\ttask\", \"long\":\"" + "x".repeat(3000) + "\"}";
    try (Rig rig = Rig.start()) {
      rig.receiver()
          .answers(1, Answer.status(422).header("Content-Type", "application/json").body(answer))
          .answers(1, Answer.status(200).header("Content-Type", "image/png").body("binary"));
      rig.hook();
      rig.advance(Duration.ofSeconds(3));
      DeliveryId id = rig.publish("evt_1");
      Attempt failed = rig.attempts(id).get(1);
      assertEquals(1, failed.round());
      assertEquals(1, failed.number());
      assertEquals(Rig.NOON.plusSeconds(3), failed.startedAt());
      assertTrue(failed.took().toNanos() > 0 && failed.took().toSeconds() < 4);
      Outcome.Failed outcome = (Outcome.Failed) failed.outcome();
      assertEquals(422, outcome.status());
      assertEquals(FailureReason.HTTP_ERROR, outcome.reason());
      assertEquals(FailureDetail.STATUS, outcome.detail());
      assertEquals(1024, failed.snippet().length());
      assertTrue(failed.snippet().startsWith("{\"error\":\"no such task\", \"long\":\"xxx"));
      Attempt accepted = rig.attempts(id).get(0);
      assertEquals(new Outcome.Accepted(200), accepted.outcome());
      assertEquals("", accepted.snippet(), "no text");
    }
  }

  @Test
  void clearForgetsWhatIsFinishedAndKeepsWhatIsPending() throws Exception {
    try (Rig rig = Rig.start()) {
      rig.receiver().answers(2, Answer.status(200)).thenFails(500);
      WebhookId hook = rig.hook().id();
      rig.publish("evt_1");
      rig.publish("evt_2");
      DeliveryId waiting = rig.publish("evt_3");
      assertEquals(2, rig.log().clear(hook));
      assertEquals(List.of(waiting), rig.deliveries(hook).stream().map(Delivery::id).toList());
      assertEquals(0, rig.log().clear(hook));
      assertTrue(rig.registry().find(hook).isPresent());
      rig.advance(Duration.ofMinutes(6));
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(waiting).state());
      assertEquals(1, rig.log().clear(hook));
      rig.publish("evt_1");
    }
  }

  @Test
  void oneThatWaitsForARetryIsTriedNowInItsRound() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().fails(2, 500);
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(2, receiver.requests().size());
      assertEquals(1, rig.log().replay(id).round());
      rig.settle();
      assertEquals("2", receiver.request(3).header("X-One-Retry-Num"));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void whatIsReplayedWhileHeldStaysHeld() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publish("evt_1");
      rig.registry().disable(hook, "maintenance.");
      assertEquals(DeliveryState.HELD, rig.log().replay(id).state());
      rig.settle();
      assertEquals(1, receiver.requests().size());
      assertEquals("It is held. The webhook is disabled: maintenance.", rig.explain(id).why());
    }
  }

  @Test
  void whatWaitsIsExplained() throws Exception {
    try (Rig rig = Rig.start()) {
      rig.receiver().fails(2, 500);
      WebhookId hook = rig.hook().id();
      rig.posthorn.stop();
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1")).deliveries().get(0);
      assertEquals("It waits for its first attempt.", rig.explain(id).why());
      assertEquals(Rig.NOON, rig.explain(id).nextAttempt());
      rig.posthorn.start();
      rig.settle();
      Explanation retrying = rig.explain(id);
      assertEquals(
          "It waits for another attempt. Attempt 2: the endpoint answered 500.", retrying.why());
      assertEquals(Rig.NOON.plusSeconds(60), retrying.nextAttempt());
      LaneReport lane = rig.log().explain(hook);
      assertEquals(LaneState.OPEN, lane.state());
      assertEquals("Nothing stands in its way.", lane.why());
      assertEquals(Rig.NOON.plusSeconds(60), lane.nextAttempt());
      rig.advance(Duration.ofMinutes(1));
      assertEquals("It was delivered: the endpoint answered 204.", rig.explain(id).why());

      rig.posthorn.stop();
      rig.log().replay(id);
      assertEquals("It waits for the first attempt of round 2.", rig.explain(id).why());
    }
  }

  @Test
  void whatBecameTooOldIsExplained() throws Exception {
    try (Rig rig = Rig.start()) {
      WebhookId hook = rig.hook().id();
      rig.registry().disable(hook, "maintenance");
      DeliveryId id = rig.publish("evt_1");
      Duration oldest = Contracts.oneHorizon().maxAge();
      rig.advance(oldest);
      assertEquals(DeliveryState.HELD, rig.delivery(id).state(), "to the very instant");
      rig.advance(Duration.ofMinutes(1));
      assertEquals(EndReason.EXPIRED, rig.delivery(id).ended());
      assertEquals(
          "It was given up, because it had waited longer than its contract allows.",
          rig.explain(id).why());
    }
  }

  @Test
  void whatTheGuardRefusesIsGivenUpAtOnceAndExplained() throws Exception {
    try (Rig open = Rig.start()) {
      ScriptedReceiver receiver = open.receiver();
      WebhookId hook = open.hook().id();
      open.posthorn.stop();
      try (Rig strict =
          Rig.start(
              Contracts.oneHorizon(),
              builder -> builder.store(open.store).endpoints(EndpointPolicy.standard()))) {
        DeliveryId id = strict.publish("evt_1");
        assertEquals(
            "It was given up, because the failure is permanent. Attempt 1: refused by policy.",
            strict.explain(id).why());
        assertEquals(EndReason.PERMANENT_FAILURE, strict.delivery(id).ended());
        assertEquals(LaneState.OPEN, strict.log().explain(hook).state());
      }
      assertEquals(0, receiver.requests().size());
    }
  }

  @Test
  void whatIsOverTheQuotaIsExplained() throws Exception {
    try (Rig clock = Rig.start()) {
      InMemoryStore small = InMemoryStore.create(clock.time).atMost(20);
      try (Rig rig = Rig.start(Contracts.oneHorizon(), b -> b.store(small))) {
        WebhookId hook = rig.hook().id();
        rig.registry().disable(hook, "maintenance");
        rig.publish("evt_1");
        rig.publish("evt_2");
        DeliveryId third = rig.publish("evt_3");
        assertEquals(DeliveryState.DISCARDED, rig.delivery(third).state());
        assertEquals(EndReason.QUOTA, rig.delivery(third).ended());
        assertEquals(
            "It was discarded, because the webhook's quota of pending deliveries was full.",
            rig.explain(third).why());
        assertNull(rig.explain(third).nextAttempt());
      }
    }
  }

  @Test
  void aWebhookThatFailsAndFailsIsGivenARestThatSpendsNoRetries() throws Exception {
    DeliveryContract patient =
        Contracts.oneHorizon()
            .retries(
                RetrySchedule.exponential(Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 99));
    try (Rig rig = Rig.start(patient)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      WebhookId hook = rig.hook().id();
      List<DeliveryId> ids = IntStream.range(0, 3).mapToObj(i -> rig.publish("evt_" + i)).toList();
      rig.advance(Duration.ofSeconds(10));

      LaneReport lane = rig.log().explain(hook);
      assertEquals(LaneState.FAILING, lane.state());
      assertTrue(
          lane.why().matches("\\d\\d attempts in a row have failed, so it is given a rest\\."),
          lane.why());
      assertNotNull(lane.nextAttempt());
      assertEquals(Rig.NOON.plusSeconds(40), lane.nextAttempt(), "30 seconds at first");
      Explanation waiting = rig.explain(ids.get(0));
      assertEquals(lane.nextAttempt(), waiting.nextAttempt());
      assertTrue(
          waiting.why().startsWith("It waits for another attempt. Attempt ")
              && waiting.why().endsWith(": the endpoint answered 500. " + lane.why()),
          waiting::why);
      assertEquals(List.of(lane), rig.posthorn.health().troubled());
      int before = receiver.requests().size();
      rig.advance(Duration.ofSeconds(29));
      assertEquals(before, receiver.requests().size(), "nothing goes there meanwhile");

      receiver.thenAnswers(Answer.status(200));
      rig.advance(Duration.ofMinutes(1));
      for (DeliveryId id : ids) {
        assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      }
      assertEquals(LaneState.RAMPING, rig.log().explain(hook).state(), "it comes back slowly");
    }
  }
}
