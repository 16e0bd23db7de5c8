package dev.posthorn.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest {

  @Test
  void aFullStoreForgetsWhatEndedFirst() {
    Stored stored = new Stored(4);
    WebhookId a = stored.webhook("a");
    WebhookId b = stored.webhook("b");
    stored.add("first", a);
    stored.deliver("second", b);
    stored.deliver("third", b);
    assertEquals(List.of("first"), stored.events(a));

    stored.add("fourth", a);
    stored.add("fifth", b);

    assertEquals(List.of("fourth"), stored.events(a), "first was delivered before second");
    assertEquals(List.of("fifth", "third", "second"), stored.events(b));
    assertEquals(Status.NEW, stored.add("first", a).status(), "its event is forgotten with it");
  }

  @Test
  void aStoreFullOfPendingRefusesAndKeepsEverything() {
    Stored stored = new Stored(2);
    WebhookId a = stored.webhook("a");
    WebhookId b = stored.webhook("b");
    WebhookId c = stored.webhook("c");
    stored.deliver("done", a);
    stored.add("waiting", b);

    Exception e = assertThrows(StoreFullException.class, () -> stored.add("e", a, c));

    assertEquals(
        "the in-memory store is full: it may keep 2 deliveries, and of those that it keeps only 1"
            + " have ended and could be forgotten; publish again later, or raise atMost",
        e.getMessage());
    assertEquals(List.of("done"), stored.events(a), "a refusal forgets nothing");
    assertEquals(List.of("waiting"), stored.events(b));
    assertEquals(List.of(), stored.events(c));
    assertEquals(Status.NEW, stored.add("e", c).status(), "what was refused is not known");
  }

  @Test
  void oneWebhookHasATenthPendingAtMost() {
    Stored stored = new Stored(20);
    WebhookId greedy = stored.webhook("greedy");
    WebhookId other = stored.webhook("other");
    stored.add("e1", greedy);
    stored.add("e2", greedy);

    List<Born> born = stored.add("e3", greedy, other).born();

    assertEquals(List.of(Fate.DISCARDED, Fate.WAITING), born.stream().map(Born::fate).toList());
    assertEquals(DeliveryState.DISCARDED, stored.log(greedy).get(0).state());
    assertEquals(EndReason.QUOTA, stored.log(greedy).get(0).ended());
    assertEquals(3, stored.claimAll().size(), "what is beyond the quota is not sent");
  }

  @Test
  void aReplayDoesNotExceedTheQuota() {
    Stored stored = new Stored(20);
    WebhookId a = stored.webhook("a");
    for (int i = 0; i < 5; i++) {
      stored.deliver("e" + i, a);
    }
    DeliveryQuery all = DeliveryQuery.of(Tenant.DEFAULT, a);
    assertEquals(2, stored.store.history().requeue(all, 100));
    assertEquals(2, stored.claimAll().size());
  }

  @Test
  void aStoreKeepsAtLeastOneDelivery() {
    InMemoryStore store = InMemoryStore.create(new TestClock());
    Exception e = assertThrows(IllegalArgumentException.class, () -> store.atMost(0));
    assertEquals("a store keeps at least 1 delivery: 0", e.getMessage());
    assertFalse(store.durable());
    assertTrue(store.pollInterval().isEmpty());
  }

  @Test
  void anEventWithTwoDeliveriesToOneWebhookIsRefusedWhole() {
    Stored stored = new Stored(100);
    WebhookId a = stored.webhook("a");
    NewEvent good = Stored.event("good", Stored.DAY, false, List.of(a));
    NewEvent bad = Stored.event("bad", Stored.DAY, false, List.of(a, a));
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> stored.store.deliveries().add(List.of(good, bad), Stored.LEASE));
    assertEquals(
        "an event has at most one delivery for each webhook, not two for a", e.getMessage());
    assertEquals(List.of(), stored.log(a));
    assertEquals(Status.NEW, stored.add("good", a).status());
  }

  @Test
  void noMoreThanAThousandEventsAreAddedAtOnce() {
    Stored stored = new Stored(100);
    NewEvent event = Stored.event("e", Stored.DAY, false, List.of());
    List<NewEvent> many = Collections.nCopies(1001, event);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> stored.store.deliveries().add(many, Stored.LEASE));
    assertEquals("at most 1000 events are added at once: 1001", e.getMessage());
  }

  @Test
  void theLatestHundredAttemptsAreKept() {
    Stored stored = new Stored(100);
    WebhookId a = stored.webhook("a");
    stored.add("e", a);
    for (int i = 0; i < 150; i++) {
      stored.finish(stored.claimAll().get(0), new Next.DueIn(Duration.ZERO));
    }
    List<Integer> kept =
        stored.store.history().attempts(Stored.id("e", a)).stream().map(Attempt::number).toList();
    assertEquals(100, kept.size());
    assertEquals(150, kept.get(0));
    assertEquals(51, kept.get(99));
    assertEquals(150, stored.log(a).get(0).attempts());
  }

  @Test
  void nothingWaitsLongerWhenTheClockIsSetBack() {
    Stored stored = new Stored(100);
    WebhookId a = stored.webhook("a");
    stored.add("due", a);
    stored.add("later", a);
    stored.clock.pass(Duration.ofSeconds(1));
    for (Claim claim : stored.claim(1, 1, Map.of()).claims()) {
      stored.finish(claim, new Next.DueIn(Duration.ofMinutes(1)));
    }

    stored.clock.pass(Duration.ofHours(-1));

    Claims now = stored.claim(10, 10, Map.of());
    assertEquals(1, now.claims().size(), "what was due is due");
    assertEquals(Duration.ofMinutes(1), now.more(), "what waits a minute waits a minute");
    stored.clock.pass(Duration.ofMinutes(1));
    assertEquals(2, stored.claimAll().size(), "a lease and a retry of a minute are over");
  }

  @Test
  void aPaceGrantsATenthOfASecondsWorthAtOnce() {
    Stored stored = new Stored(10_000);
    WebhookId a = stored.webhook("a");
    for (int i = 0; i < 500; i++) {
      stored.add("e" + i, a);
    }
    stored.change(new LaneChange.Pace(a, Rate.of(100, Duration.ofSeconds(1))));
    assertEquals(10, stored.claimAll().size());
    Claims none = stored.claim(100, 100, Map.of());
    assertEquals(List.of(), none.claims());
    assertEquals(Duration.ofMillis(10), none.more());
    stored.clock.pass(Duration.ofMillis(35));
    assertEquals(3, stored.claimAll().size());

    stored.change(new LaneChange.Pace(a, Rate.of(200, Duration.ofSeconds(1))));
    assertEquals(0, stored.claimAll().size(), "another pace does not fill the bucket");
    stored.clock.pass(Duration.ofSeconds(10));
    assertEquals(20, stored.claimAll().size());
  }

  @Test
  void lanesThatMayNotSendAreNotEvenLookedAt() {
    Stored stored = new Stored(1_000_000);
    WebhookId blocked = stored.webhook("blocked");
    for (int i = 0; i < 50; i++) {
      List<NewEvent> events = new ArrayList<>();
      for (int j = 0; j < 1000; j++) {
        events.add(Stored.event(i + "-" + j, Stored.DAY, false, List.of(blocked)));
      }
      stored.store.deliveries().add(events, Stored.LEASE);
    }
    stored.change(
        new LaneChange.Gate(blocked, LaneState.FAILING, Duration.ofHours(1), "it fails", null));
    WebhookId[] idle = new WebhookId[2000];
    for (int i = 0; i < idle.length; i++) {
      idle[i] = stored.webhook("idle" + i);
    }
    stored.add("idle", idle);
    stored.claimAll().forEach(one -> stored.finish(one, new Next.DueIn(Duration.ofHours(2))));
    WebhookId held = stored.webhook("held");
    stored.add("held", held);
    stored.change(new LaneChange.Disable(held, "test"));
    WebhookId busy = stored.webhook("busy");
    stored.add("busy", busy);

    CountingRoom room = new CountingRoom();
    Claims claims = stored.claim(100, 10, room);

    assertEquals(Set.of(busy), Set.copyOf(claims.claims().stream().map(Claim::webhook).toList()));
    assertEquals(Stored.LEASE, claims.more(), "the busy lane's lease ends first");
    assertTrue(room.looks <= 2, () -> "lanes that were looked at: " + room.looks);
  }

  /** Counts how many lanes a claim considers. */
  private static final class CountingRoom extends AbstractMap<WebhookId, Integer> {
    private int looks;

    @Override
    public Integer get(Object key) {
      looks++;
      return 10;
    }

    @Override
    public Set<Map.Entry<WebhookId, Integer>> entrySet() {
      return Set.of();
    }
  }

  @Test
  void whatIsExpiredIsFoundWithoutDisturbingTheRest() {
    Stored stored = new Stored(1_000_000);
    WebhookId a = stored.webhook("a");
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Duration age = Duration.ofMinutes(i % 10 + 1);
      events.add(Stored.event("e" + i, age, false, List.of(a)));
    }
    stored.store.deliveries().add(events, Stored.LEASE);
    stored.clock.pass(Duration.ofMinutes(3));
    assertEquals(200, stored.store.history().expire(10_000).size(), "3 minutes are not over yet");
    stored.clock.pass(Duration.ofMillis(1));
    assertEquals(100, stored.store.history().expire(10_000).size());
    assertEquals(0, stored.store.history().expire(10_000).size());
    assertEquals(700, stored.claimAll().size());
  }
}
