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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be read about deliveries, and how each of their states is explained. */
class LogTest {

  @Test
  void deliveriesComeInPagesNewestFirst() throws Exception {
    try (Receiver receiver = new Receiver();
        Rig rig = Rig.to(receiver)) {
      WebhookId hook = rig.hook(receiver).id();
      rig.hook(receiver);
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
    String answer = "{\"error\":\"no\u0000 such\ttask\", \"long\":\"" + "x".repeat(3000) + "\"}";
    String type = "Content-Type: application/json";
    try (Receiver receiver =
            new Receiver()
                .then(Answer.text(422, answer.replace("\u0000", ""), type))
                .then(Answer.text(200, "binary", "Content-Type: image/png"));
        Rig rig = Rig.to(receiver)) {
      rig.hook(receiver);
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
    try (Receiver receiver = Receiver.answering(200, 200).otherwise(Answer.status(500));
        Rig rig = Rig.to(receiver)) {
      WebhookId hook = rig.hook(receiver).id();
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
    try (Receiver receiver = Receiver.answering(500, 500);
        Rig rig = Rig.to(receiver)) {
      rig.hook(receiver);
      DeliveryId id = rig.publish("evt_1");
      assertEquals(2, receiver.posts().size());
      assertEquals(1, rig.log().replay(id).round());
      rig.settle();
      assertEquals("2", receiver.post(3).header("X-One-Retry-Num"));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void whatIsReplayedWhileHeldStaysHeld() throws Exception {
    try (Receiver receiver = new Receiver();
        Rig rig = Rig.to(receiver)) {
      WebhookId hook = rig.hook(receiver).id();
      DeliveryId id = rig.publish("evt_1");
      rig.registry().disable(hook, "maintenance.");
      assertEquals(DeliveryState.HELD, rig.log().replay(id).state());
      rig.settle();
      assertEquals(1, receiver.posts().size());
      assertEquals("It is held. The webhook is disabled: maintenance.", rig.explain(id).why());
    }
  }

  @Test
  void whatWaitsIsExplained() throws Exception {
    try (Receiver receiver = Receiver.answering(500, 500);
        Rig rig = Rig.to(receiver)) {
      WebhookId hook = rig.hook(receiver).id();
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
    try (Receiver receiver = new Receiver();
        Rig rig = Rig.to(receiver)) {
      WebhookId hook = rig.hook(receiver).id();
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
    try (Receiver receiver = new Receiver();
        Rig open = Rig.to(receiver)) {
      WebhookId hook = open.hook(receiver).id();
      open.posthorn.stop();
      try (Rig strict = Rig.with(Contracts.oneHorizon(), builder -> builder.store(open.store))) {
        DeliveryId id = strict.publish("evt_1");
        assertEquals(
            "It was given up, because the failure is permanent. Attempt 1: refused by policy.",
            strict.explain(id).why());
        assertEquals(EndReason.PERMANENT_FAILURE, strict.delivery(id).ended());
        assertEquals(LaneState.OPEN, strict.log().explain(hook).state());
      }
      assertEquals(0, receiver.posts().size());
    }
  }

  @Test
  void whatIsOverTheQuotaIsExplained() throws Exception {
    try (Receiver receiver = new Receiver();
        Rig clock = Rig.to()) {
      InMemoryStore small = InMemoryStore.create(clock.time).atMost(20);
      try (Rig rig = Rig.with(Contracts.oneHorizon(), b -> b.store(small), receiver)) {
        WebhookId hook = rig.hook(receiver).id();
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
    try (Receiver receiver = new Receiver().otherwise(Answer.status(500));
        Rig rig = Rig.with(patient, receiver)) {
      WebhookId hook = rig.hook(receiver).id();
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
      int before = receiver.posts().size();
      rig.advance(Duration.ofSeconds(29));
      assertEquals(before, receiver.posts().size(), "nothing goes there meanwhile");

      receiver.otherwise(Answer.status(200));
      rig.advance(Duration.ofMinutes(1));
      for (DeliveryId id : ids) {
        assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      }
      assertEquals(LaneState.RAMPING, rig.log().explain(hook).state(), "it comes back slowly");
    }
  }
}
