package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is left after an outage: which deliveries were given up, and how they are sent again. */
class FailedTest {
  private static final DeliveryContract ONE_ATTEMPT =
      Contracts.oneHorizon().retries(RetrySchedule.none());

  private static DeliveryContract twoAttempts() {
    return Contracts.oneHorizon().retries(RetrySchedule.after(Duration.ofSeconds(5)));
  }

  @Test
  void afterAnOutageEverythingThatWasGivenUpIsSentAgainInSteps() {
    try (Rig rig = Rig.start(twoAttempts())) {
      ScriptedReceiver receiver = rig.receiver().thenFails(503);
      WebhookId hook = rig.hook().id();
      for (int i = 0; i < 30; i++) {
        rig.publish("evt_" + i);
      }
      rig.advance(Duration.ofHours(12));
      assertEquals(30, failed(rig.log()).size(), "all is given up");
      Map<String, String> sent = bodies(receiver.requests());
      Set<DeliveryId> ids = Set.copyOf(failed(rig.log()));
      int before = receiver.requests().size();

      receiver.thenAccepts();
      Instant until = rig.time.instant();
      List<Integer> steps = new ArrayList<>();
      int count;
      do {
        count = rig.log().replayFailed(hook, Rig.NOON, until, 7).count();
        steps.add(count);
        rig.settle();
      } while (count == 7);
      rig.advance(Duration.ofHours(1));

      assertEquals(List.of(7, 7, 7, 7, 2), steps);
      List<Seen> again = receiver.requests().subList(before, receiver.requests().size());
      assertEquals(30, again.size(), "each once");
      assertEquals(sent, bodies(again), "the same events, byte for byte");
      assertEquals(List.of(), failed(rig.log()));
      List<Delivery> all = rig.deliveries(hook);
      assertEquals(ids, all.stream().map(Delivery::id).collect(Collectors.toSet()));
      for (Delivery one : all) {
        assertEquals(DeliveryState.DELIVERED, one.state());
        assertEquals(2, one.round());
      }
    }
  }

  private static Map<String, String> bodies(List<Seen> posts) {
    return posts.stream()
        .collect(
            Collectors.toMap(
                seen -> seen.header("X-One-Event-Id"),
                Seen::text,
                (first, second) -> {
                  assertEquals(first, second, "every attempt has the same bytes");
                  return first;
                }));
  }

  @Test
  void theLoopEndsEvenWhileTheEndpointStillFails() {
    try (Rig rig = Rig.start(ONE_ATTEMPT)) {
      rig.receiver().thenFails(500);
      WebhookId hook = rig.hook().id();
      for (int i = 0; i < 8; i++) {
        rig.publish("evt_" + i);
      }
      rig.advance(Duration.ofHours(1));
      assertEquals(8, failed(rig.log()).size());

      Instant until = rig.time.instant();
      int steps = 0;
      while (rig.log().replayFailed(hook, Rig.NOON, until, 2).count() == 2) {
        steps++;
        assertTrue(steps <= 4, "nothing is taken twice");
        rig.settle(); // fails again, at the very instant that the range ends
        rig.advance(Duration.ofMinutes(steps));
      }
      rig.advance(Duration.ofHours(1));
      assertEquals(4, steps);
      assertEquals(8, failed(rig.log()).size());
      rig.deliveries(hook).forEach(one -> assertEquals(2, one.round()));
      assertEquals(
          new Replayed(0, false),
          rig.log().replayFailed(hook, Rig.NOON, until, 1000),
          "done, whoever repeats it");
    }
  }

  @Test
  void everythingOfATenantIsListedTheLastFirstAndNothingOfAnother() {
    try (ScriptedReceiver broken = ScriptedReceiver.start().thenFails(400);
        Rig rig = Rig.start(ONE_ATTEMPT)) {
      WebhookId first = rig.hook(broken).id();
      WebhookId second = rig.hook(broken).id();
      rig.hook();
      Tenant acme = Tenant.of("acme");
      WebhookId theirs = hookOf(rig, acme, broken);
      List<Instant> times = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        rig.publish("evt_" + i);
        rig.publisher().forTenant(acme).publish(Rig.task("evt_" + i));
        rig.settle();
        times.add(0, rig.time.instant());
        times.add(0, rig.time.instant());
        rig.advance(Duration.ofMinutes(1));
      }
      assertEquals(400, status(rig.registry().sendTest(first)));

      List<Delivery> failed = rig.log().failed(Page.first(100)).items();
      assertEquals(times, failed.stream().map(Delivery::endedAt).toList());
      assertEquals(
          Set.of(first, second),
          failed.stream().map(Delivery::webhook).collect(Collectors.toSet()),
          "of both that fail, and tests are left out");
      failed.forEach(one -> assertEquals(EndReason.RETRIES_USED_UP, one.ended()));
      List<Delivery> others = rig.log().forTenant(acme).failed(Page.first(100)).items();
      assertEquals(
          List.of(theirs, theirs, theirs), others.stream().map(Delivery::webhook).toList());

      rig.registry().delete(second);
      assertEquals(3, failed(rig.log()).size(), "deliveries go with their webhook");
      broken.thenAccepts();
      assertEquals(3, rig.log().replayFailed(first, Rig.NOON, rig.time.instant(), 1000).count());
      rig.advance(Duration.ofMinutes(5));
      assertEquals(List.of(), failed(rig.log()));
      assertEquals(3, failed(rig.log().forTenant(acme)).size(), "another tenant's stay");
    }
  }

  private static int status(Attempt attempt) {
    return ((Outcome.Failed) attempt.outcome()).status();
  }

  @Test
  void thousandsComeInPagesEachOnce() {
    try (Rig rig = Rig.start()) {
      Tenant acme = Tenant.of("acme");
      Set<WebhookId> hooks = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        hooks.add(hookOf(rig, acme, rig.receiver()));
      }
      WebhookRegistry registry = rig.registry().forTenant(acme);
      hooks.forEach(id -> registry.disable(id, "moving house"));
      for (int i = 0; i < 700; i++) {
        rig.publisher().forTenant(acme).publish(Rig.task("evt_" + i));
      }
      rig.advance(Contracts.oneHorizon().maxAge().plus(Duration.ofMinutes(1)));

      DeliveryLog log = rig.log().forTenant(acme);
      Set<DeliveryId> read = new HashSet<>();
      int pages = 0;
      Page<Delivery> page = log.failed(Page.first(100));
      while (true) {
        pages++;
        for (Delivery one : page.items()) {
          assertTrue(read.add(one.id()), () -> "a second time: " + one);
          assertEquals(EndReason.EXPIRED, one.ended());
        }
        log.replay(page.items().get(page.items().size() - 1).id()); // where the cursor stands
        if (page.next().isEmpty()) {
          break;
        }
        page = log.failed(Page.after(page.next().get(), 100));
      }
      assertEquals(2100, read.size());
      assertEquals(21, pages);
      assertEquals(0, rig.receiver().requests().size());
    }
  }

  private static WebhookId hookOf(Rig rig, Tenant tenant, ScriptedReceiver receiver) {
    WebhookRegistry registry = rig.registry().forTenant(tenant);
    WebhookId id = registry.register(WebhookSpec.to(receiver.url()).events("task.*")).id();
    assertTrue(registry.verify(id).verified());
    return id;
  }

  @Test
  void whatIsReplayedWhileItsWebhookIsDisabledIsHeldUpToTheQuota() {
    try (Rig rig =
        Rig.start(ONE_ATTEMPT, clock -> InMemoryStore.create(clock).atMost(50), b -> b)) {
      ScriptedReceiver receiver = rig.receiver().thenFails(400);
      WebhookId hook = rig.hook().id();
      for (int i = 0; i < 12; i++) {
        rig.publish("evt_" + i);
        rig.settle();
      }
      assertEquals(12, failed(rig.log()).size());
      rig.registry().disable(hook, "moving house");
      Instant since = Instant.MIN;
      Instant until = Instant.MAX;
      assertEquals(new Replayed(3, false), rig.log().replayFailed(hook, since, until, 3));
      assertEquals(new Replayed(2, true), rig.log().replayFailed(hook, since, until, 3));
      assertEquals(new Replayed(0, true), rig.log().replayFailed(hook, since, until, 3));
      assertEquals(
          5,
          rig.deliveries(hook).stream()
              .filter(one -> one.state() == DeliveryState.HELD && one.round() == 2)
              .count());

      receiver.thenAccepts();
      rig.registry().enable(hook, Backlog.resume());
      rig.advance(Duration.ofSeconds(10));
      assertEquals(new Replayed(5, true), rig.log().replayFailed(hook, since, until, 1000));
      rig.advance(Duration.ofSeconds(10));
      assertEquals(new Replayed(2, false), rig.log().replayFailed(hook, since, until, 1000));
      rig.advance(Duration.ofSeconds(10));
      assertEquals(List.of(), failed(rig.log()));
    }
  }

  @Test
  void aReplayIsSentWithoutWaitingForAnything() {
    try (Rig rig = Rig.start(ONE_ATTEMPT)) {
      rig.receiver().fails(1, 400);
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(Rig.NOON, rig.delivery(id).endedAt());
      rig.log().replayFailed(hook, Rig.NOON, Rig.NOON.plusNanos(1), 1);
      assertNull(rig.delivery(id).ended());
      rig.settle();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(2, rig.receiver().requests().size());
    }
  }

  @Test
  void aReplayThatCannotBeMeantIsRefused() {
    try (Rig rig = Rig.start()) {
      WebhookId hook = rig.hook().id();
      Instant noon = Rig.NOON;
      for (int limit : new int[] {0, -1, 1001}) {
        assertEquals(
            "1 to 1000 deliveries are replayed at once: " + limit,
            assertThrows(
                    IllegalArgumentException.class,
                    () -> rig.log().replayFailed(hook, noon, noon, limit))
                .getMessage());
      }
      assertEquals(
          "since must not be after until: 2026-05-05T12:00:00.001Z is after 2026-05-05T12:00:00Z",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> rig.log().replayFailed(hook, noon.plusMillis(1), noon, 1))
              .getMessage());
      assertEquals(new Replayed(0, false), rig.log().replayFailed(hook, noon, noon, 1));
      WebhookId unknown = WebhookId.of("wh_none");
      assertNotFound(rig.log(), unknown);
      assertNotFound(rig.log().forTenant(Tenant.of("acme")), hook);
    }
  }

  private static void assertNotFound(DeliveryLog log, WebhookId id) {
    assertEquals(
        "there is no webhook " + id,
        assertThrows(NotFoundException.class, () -> log.replayFailed(id, Rig.NOON, Rig.NOON, 1))
            .getMessage());
  }

  @Test
  void aListenerIsToldWhenADeliveryEnded() {
    Map<String, List<String>> told = new ConcurrentHashMap<>();
    DeliveryListener listener =
        new DeliveryListener() {
          @Override
          public void attempted(Delivery delivery, Attempt attempt) {
            note("attempted", delivery);
          }

          @Override
          public void delivered(Delivery delivery) {
            note("delivered", delivery);
          }

          @Override
          public void exhausted(Delivery delivery) {
            note("exhausted", delivery);
          }

          private void note(String what, Delivery delivery) {
            told.computeIfAbsent(
                    delivery.event().id(), id -> Collections.synchronizedList(new ArrayList<>()))
                .add(what + " " + delivery.endedAt());
          }
        };
    try (Rig rig = Rig.start(twoAttempts(), builder -> builder.listener(listener))) {
      rig.receiver().fails(3, 500);
      rig.hook();
      rig.publish("evt_1");
      rig.advance(Duration.ofSeconds(5));
      rig.publish("evt_2");
      rig.advance(Duration.ofSeconds(5));
      rig.posthorn.close();
      assertEquals(
          List.of(
              "attempted null", "attempted 2026-05-05T12:00:05Z", "exhausted 2026-05-05T12:00:05Z"),
          told.get("evt_1"));
      assertEquals(
          List.of(
              "attempted null", "attempted 2026-05-05T12:00:10Z", "delivered 2026-05-05T12:00:10Z"),
          told.get("evt_2"));
    }
  }

  private static List<DeliveryId> failed(DeliveryLog log) {
    return log.failed(Page.first(1000)).items().stream().map(Delivery::id).toList();
  }
}
