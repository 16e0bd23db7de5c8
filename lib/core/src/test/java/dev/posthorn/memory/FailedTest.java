package dev.posthorn.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.EventRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was given up in this store, beyond what all stores promise. */
class FailedTest {
  private static final Next GIVEN_UP = new Next.Exhausted(EndReason.RETRIES_USED_UP);

  private final Stored stored = new Stored(1_000_000);
  private final DeliveryHistory history = stored.store.history();

  @Test
  void aClockThatIsSetBackMovesWhatEndsTheOrderAndTheRangeAlike() {
    WebhookId a = stored.webhook("a");
    Instant start = stored.clock.instant();
    giveUp(a, "noon");
    stored.clock.pass(Duration.ofHours(-1));
    giveUp(a, "eleven");
    stored.clock.pass(Duration.ofMinutes(30));
    giveUp(a, "half-past-eleven");

    List<Delivery> failed = history.failed(Tenant.DEFAULT, Page.first(10)).items();
    assertEquals(
        List.of("noon", "half-past-eleven", "eleven"),
        failed.stream().map(one -> one.event().id()).toList());
    assertEquals(start, failed.get(0).endedAt());
    assertEquals(start.plus(Duration.ofMinutes(-30)), failed.get(1).endedAt());
    assertEquals(start.plus(Duration.ofHours(-1)), failed.get(2).endedAt());
    assertEquals(
        new Replayed(2, false),
        history.requeueFailed(Tenant.DEFAULT, a, start.minus(Stored.DAY), start, 10));
    assertEquals(List.of("noon"), events());
  }

  @Test
  void whatStandsInTheListIsForgottenWithTheOldestWhenTheStoreIsFull() {
    Stored small = new Stored(3);
    WebhookId a = small.webhook("a");
    for (int i = 0; i < 5; i++) {
      small.add("e" + i, a);
      small.claimAll().forEach(claim -> small.finish(claim, GIVEN_UP));
    }
    List<Delivery> failed = small.store.history().failed(Tenant.DEFAULT, Page.first(10)).items();
    assertEquals(List.of("e4", "e3", "e2"), failed.stream().map(one -> one.event().id()).toList());
  }

  @Test
  void oneReplayTakesAsManyAsTheQuotaAllows() {
    Stored small = new Stored(50);
    WebhookId a = small.webhook("a");
    for (int i = 0; i < 7; i++) {
      small.add("e" + i, a);
      small.claimAll().forEach(claim -> small.finish(claim, GIVEN_UP));
    }
    assertEquals(new Replayed(4, false), replay(small, a, 4));
    assertEquals(new Replayed(1, true), replay(small, a, 4));
    assertEquals(new Replayed(0, true), replay(small, a, 4));
    small.claimAll().forEach(claim -> small.finish(claim, new Next.Delivered()));
    assertEquals(new Replayed(2, false), replay(small, a, 4));
  }

  private static Replayed replay(Stored in, WebhookId webhook, int limit) {
    return in.store
        .history()
        .requeueFailed(Tenant.DEFAULT, webhook, Instant.MIN, Instant.MAX, limit);
  }

  @Test
  void whatADeletedWebhookHadIsOutOfSightBeforeItIsForgotten() {
    Ledger ledger = new Ledger(new StoreTime(stored.clock), 1_000_000);
    LaneRow stays = lane("stays");
    LaneRow goes = lane("goes");
    giveUp(ledger, stays, 1);
    giveUp(ledger, goes, 2_500);
    giveUp(ledger, stays, 1);
    Failed failed = new Failed(ledger, new Snapshots(ledger.time));
    assertEquals(4, failed.lastFirst(Tenant.DEFAULT, Page.first(4)).items().size());

    goes.gone = true;

    Page<Delivery> first = failed.lastFirst(Tenant.DEFAULT, Page.first(1));
    Page<Delivery> second =
        failed.lastFirst(Tenant.DEFAULT, Page.after(first.next().orElseThrow(), 1));
    assertEquals(List.of("stays-1-0"), ids(first));
    assertEquals(List.of("stays-0-0"), ids(second), "across slices of which nothing is shown");
    assertEquals(Optional.empty(), second.next());
  }

  private LaneRow lane(String id) {
    WebhookId webhook = stored.webhook(id);
    StoredWebhook found = stored.store.webhooks().find(Tenant.DEFAULT, webhook).orElseThrow();
    return new LaneRow(found, 1, 0);
  }

  /** Puts so many rows of one event into the ledger, as ended. */
  private void giveUp(Ledger ledger, LaneRow lane, int many) {
    String name = lane.id + "-" + lane.log.length();
    long now = ledger.time.now();
    DeliveryRow[] rows = new DeliveryRow[many];
    EventRow event =
        new EventRow(
            Stored.key(name),
            "test",
            CanonicalEvent.ofJson(new byte[0]),
            now,
            ledger.numbers(many),
            rows);
    for (int i = 0; i < many; i++) {
      DeliveryRow row = ledger.create(DeliveryId.of(name + "-" + i), lane, event, i, Stored.DAY);
      ledger.enrolEnded(
          Objects.requireNonNull(row), DeliveryState.EXHAUSTED, EndReason.RETRIES_USED_UP, now);
    }
  }

  private static List<String> ids(Page<Delivery> page) {
    return page.items().stream().map(one -> one.id().value()).toList();
  }

  @Test
  void aReplayOfManyTakesThemAll() {
    WebhookId a = stored.webhook("a");
    giveUp(a, 5_000);
    assertEquals(new Replayed(4_500, false), replay(stored, a, 4_500));
    assertEquals(500, events().size());
    assertEquals(new Replayed(500, false), replay(stored, a, 4_500));
    assertEquals(5_000, stored.claimAll().size());
  }

  private List<String> events() {
    return history.failed(Tenant.DEFAULT, Page.first(1000)).items().stream()
        .map(one -> one.event().id())
        .toList();
  }

  private void giveUp(WebhookId webhook, String event) {
    stored.add(event, webhook);
    stored.claimAll().forEach(claim -> stored.finish(claim, GIVEN_UP));
  }

  private void giveUp(WebhookId webhook, int many) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      events.add(Stored.event("many" + i, Stored.DAY, false, List.of(webhook)));
      if (events.size() == 1_000) {
        stored.store.deliveries().add(events, Stored.LEASE);
        events.clear();
      }
    }
    stored.claimAll().forEach(claim -> stored.finish(claim, GIVEN_UP));
  }
}
