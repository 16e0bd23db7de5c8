package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Disabling, enabling, deleting, and test events. */
class HoldingTest {

  @Test
  void aDisabledWebhookHoldsAndComesBackAtAPace() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId hook = rig.hook().id();
      rig.advance(Duration.ofMinutes(1));
      Webhook disabled = rig.registry().disable(hook, "the customer is moving house");
      assertEquals("the customer is moving house", disabled.disabled());
      List<DeliveryId> held =
          IntStream.range(0, 20).mapToObj(i -> rig.publish("evt_" + i)).toList();
      rig.advance(Duration.ofHours(1));
      assertEquals(0, receiver.requests().size());
      assertEquals(LaneState.HELD, rig.log().explain(hook).state());
      assertEquals(Rig.NOON.plusSeconds(60), rig.log().explain(hook).since());
      assertEquals(
          "The webhook is disabled: the customer is moving house.", rig.log().explain(hook).why());
      assertEquals(
          "It is held. The webhook is disabled: the customer is moving house.",
          rig.explain(held.get(0)).why());
      assertNull(rig.explain(held.get(0)).nextAttempt());
      assertEquals(20, rig.posthorn.health().pending().orElseThrow());

      rig.registry().enable(hook, Backlog.resume(Rate.of(2, Duration.ofSeconds(1))));
      rig.settle();
      assertEquals(LaneState.RAMPING, rig.log().explain(hook).state());
      assertEquals(
          "The webhook comes back slowly, with at most 2 a second.", rig.log().explain(hook).why());
      assertEquals(1, receiver.requests().size(), "not all at once");
      assertEquals("evt_0", receiver.request(1).header("X-One-Event-Id"), "the oldest first");
      rig.advance(Duration.ofSeconds(1));
      assertTrue(
          receiver.requests().size() <= 4, () -> "still slow: " + receiver.requests().size());
      rig.advance(Duration.ofSeconds(20));
      assertEquals(20, receiver.requests().size(), "quicker and quicker");
      assertEquals(
          IntStream.range(0, 20).mapToObj(i -> "evt_" + i).toList().subList(0, 4),
          receiver.requests().stream()
              .map(post -> post.header("X-One-Event-Id"))
              .toList()
              .subList(0, 4));
    }
  }

  @Test
  void aRampThatSucceedsEndsByItself() throws Exception {
    try (Rig rig = Rig.start()) {
      WebhookId hook = rig.hook().id();
      rig.registry().disable(hook, "maintenance");
      rig.registry().enable(hook, Backlog.resume());
      assertEquals(LaneState.RAMPING, rig.log().explain(hook).state());
      for (int second = 0; second < 12; second++) {
        rig.publish("evt_" + second);
        rig.advance(Duration.ofSeconds(1));
      }
      assertEquals(LaneState.OPEN, rig.log().explain(hook).state());
      assertEquals("Nothing stands in its way.", rig.log().explain(hook).why());
    }
  }

  @Test
  void whatIsHeldCanBeDiscardedAndStillReplayed() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId hook = rig.hook().id();
      rig.registry().disable(hook, "maintenance");
      DeliveryId id = rig.publish("evt_1");
      rig.publish("evt_2");
      Webhook enabled = rig.registry().enable(hook, Backlog.discard());
      assertTrue(enabled.enabled());
      rig.advance(Duration.ofHours(1));
      assertEquals(0, receiver.requests().size());
      assertEquals(DeliveryState.DISCARDED, rig.delivery(id).state());
      assertEquals(EndReason.DISCARDED_BY_OWNER, rig.delivery(id).ended());
      assertEquals("It was discarded, because its owner chose so.", rig.explain(id).why());

      rig.log().replay(id);
      rig.settle();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      rig.publish("evt_3");
      assertEquals(2, receiver.requests().size(), "at full speed");
    }
  }

  @Test
  void whatWasInFlightEndsAfterDisabling() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().waits(1);
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1")).deliveries().get(0);
      rig.registry().disable(hook, "maintenance");
      receiver.letGo();
      rig.settle();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals("maintenance", rig.registry().find(hook).orElseThrow().disabled());
      assertEquals("maintenance", rig.registry().disable(hook, "again").disabled(), "stays");
      assertEquals(
          "say why the webhook is disabled",
          assertThrows(IllegalArgumentException.class, () -> rig.registry().disable(hook, " "))
              .getMessage());
    }
  }

  @Test
  void aWebhookThatIsDeletedTakesItsHistoryAlongAndForgetsWhatIsInFlight() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answers(1, Answer.status(200)).waits(1);
      WebhookId hook = rig.hook().id();
      DeliveryId done = rig.publish("evt_1");
      DeliveryId flying = rig.publisher().publish(Rig.task("evt_2")).deliveries().get(0);

      rig.registry().delete(hook);

      assertTrue(rig.registry().find(hook).isEmpty());
      for (DeliveryId gone : List.of(done, flying)) {
        assertEquals(
            "there is no delivery " + gone,
            assertThrows(NotFoundException.class, () -> rig.log().explain(gone)).getMessage());
      }
      assertEquals(
          "there is no webhook " + hook,
          assertThrows(NotFoundException.class, () -> rig.log().of(hook, Page.first(1)))
              .getMessage());
      assertEquals(List.of(), rig.log().ofEvent(Rig.SOURCE, "evt_1", Page.first(1)).items());
      receiver.letGo();
      rig.settle();
      assertEquals(0, rig.posthorn.health().pending().orElseThrow());
      assertEquals("UNWANTED", rig.publisher().publish(Rig.task("evt_3")).status().name());
      assertThrows(NotFoundException.class, () -> rig.registry().delete(hook));
    }
  }

  @Test
  void aTestEventGoesOutAtOnceAlsoToTheDisabledAndUnverified() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answers(1, Answer.status(200)).fails(1, 500);
      WebhookId hook = rig.registry().register(WebhookSpec.to(receiver.url())).id();
      Attempt first = rig.registry().sendTest(hook);
      assertEquals(new Outcome.Accepted(200), first.outcome());
      rig.registry().disable(hook, "maintenance");
      Attempt second = rig.registry().sendTest(hook);
      assertEquals(Outcome.Failed.status(500, null), second.outcome());
      rig.advance(Duration.ofHours(1));
      assertEquals(2, receiver.requests().size(), "no retry");

      Seen sent = receiver.request(1);
      assertEquals("webhook.test", sent.header("X-One-Event-Type"));
      String id = sent.header("X-One-Event-Id");
      assertTrue(id.startsWith("test_"), id);
      assertEquals(
          """
          {"specversion":"1.0","id":"%s","type":"webhook.test","source":"/rig",\
          "time":"2026-05-05T12:00:00Z","datacontenttype":"application/json","subject":"%s",\
          "data":{"resource":{"type":"webhook","id":"%s"},"actor":{"type":"system"}}}"""
              .formatted(id, hook, hook),
          sent.text());

      List<Delivery> log = rig.deliveries(hook);
      assertEquals(2, log.size(), "logged like any delivery");
      assertEquals(DeliveryState.DELIVERED, log.get(1).state());
      assertEquals(EndReason.TEST, log.get(0).ended());
      assertEquals(
          "It was given up, because it was a test event, which is tried once."
              + " Attempt 1: the endpoint answered 500.",
          rig.explain(log.get(0).id()).why());
      assertEquals(List.of(second), rig.attempts(log.get(0).id()));
    }
  }

  @Test
  void aSampleOfTheHostCannotShadowTheRealEvent() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId hook = rig.hook().id();
      rig.registry().sendTest(hook, Rig.task("evt_1"));
      String sample = receiver.request(1).header("X-One-Event-Id");
      assertTrue(sample.startsWith("test_"), sample);
      assertEquals("task.updated", receiver.request(1).header("X-One-Event-Type"));
      rig.publish("evt_1");
      assertEquals(
          receiver.request(2).text(),
          receiver.request(1).text().replace(sample, "evt_1"),
          "all but the id is the host's");
      assertFalse(rig.log().ofEvent(Rig.SOURCE, sample, Page.first(1)).items().isEmpty(), "logged");
      var invalid =
          CloudEventBuilder.v1().withId("x").withType("a").withSource(URI.create("")).build();
      assertThrows(InvalidEventException.class, () -> rig.registry().sendTest(hook, invalid));
    }
  }

  @Test
  void aContractMayDisableAndTheListenerIsTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    DeliveryListener listener =
        new DeliveryListener() {
          @Override
          public void attempted(Delivery delivery, Attempt attempt) {
            told.add("attempted " + delivery.state());
          }

          @Override
          public void disabling(WebhookId webhook, String why) {
            told.add("disabling: " + why);
          }

          @Override
          public void disabled(WebhookId webhook, String why) {
            told.add("disabled: " + why);
          }
        };
    DeliveryContract strict = Contracts.oneHorizon().disable(DisableRule.ON_GONE);
    try (Rig rig = Rig.start(strict, builder -> builder.listener(listener))) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 410);
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(
          "the endpoint answered 410 Gone", rig.registry().find(hook).orElseThrow().disabled());
      assertEquals(DeliveryState.HELD, rig.delivery(id).state(), "held, not lost");
      assertEquals(
          "It is held. The webhook is disabled: the endpoint answered 410 Gone.",
          rig.explain(id).why());
      assertEquals(
          List.of(
              "disabling: the endpoint answered 410 Gone",
              "disabled: the endpoint answered 410 Gone",
              "attempted PENDING"),
          told);

      rig.registry().enable(hook, Backlog.resume());
      rig.advance(Duration.ofMinutes(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals("http_error", receiver.request(2).header("X-One-Retry-Reason"));
    }
  }
}
