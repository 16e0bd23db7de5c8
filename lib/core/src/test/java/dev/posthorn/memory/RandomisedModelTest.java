package dev.posthorn.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Model.Claimed;
import dev.posthorn.memory.Model.Lane;
import dev.posthorn.memory.Model.Row;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many random calls, answered by the store as by the plainest model of it. */
class RandomisedModelTest {
  private static final long LEASE = 20;
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  private record Held(Row row, Claim claim) {}

  private final List<Held> claims = new ArrayList<>();
  private Random random = new Random(0);
  private Stored stored = new Stored(1);
  private Model model = new Model(1);
  private FailedWalk walk = new FailedWalk(stored, model, random);
  private int events;
  private int deliveries;

  @Test
  void theStoreAnswersAsTheModelDoes() {
    for (int seed = 0; seed < 80; seed++) {
      random = new Random(seed);
      int capacity = 5 + random.nextInt(120);
      stored = new Stored(capacity);
      model = new Model(capacity);
      claims.clear();
      walk = new FailedWalk(stored, model, random);
      for (int step = 0; step < 300; step++) {
        String where = "seed " + seed + ", step " + step;
        step(where);
        compare(where);
      }
    }
  }

  private void step(String where) {
    switch (random.nextInt(23)) {
      case 0, 1, 2, 3 -> add(where);
      case 4, 5, 6, 7 -> claim(where);
      case 8, 9, 10, 11 -> finish();
      case 12, 13 -> pass();
      case 14 -> gateOrOpen();
      case 15 -> holdOrResume();
      case 16 -> insertOrDelete();
      case 17 -> replayFailed(where);
      case 18 -> keepTest(where);
      case 19 -> walk.step(where);
      default -> bulk(where);
    }
  }

  private String anyName() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private void add(String where) {
    boolean again = events > 0 && random.nextInt(5) == 0;
    String event = "e" + (again ? random.nextInt(events) : events++);
    List<String> to = NAMES.stream().filter(name -> random.nextInt(3) == 0).toList();
    long age = 20L * (1 + random.nextInt(3));
    boolean claimed = random.nextBoolean();
    String ids = "d" + deliveries++;
    boolean fits = model.add(event, ids, to, age, claimed, LEASE);
    NewEvent added = Stored.event(event, ids, Model.seconds(age), claimed, to);
    boolean fitted = true;
    try {
      stored.store.deliveries().add(List.of(added), Model.seconds(LEASE));
    } catch (StoreFullException e) {
      fitted = false;
    }
    assertEquals(fits, fitted, where);
  }

  private void claim(String where) {
    int max = 1 + random.nextInt(10);
    int perLane = 1 + random.nextInt(4);
    Map<String, Integer> room = new HashMap<>();
    Map<WebhookId, Integer> named = new HashMap<>();
    for (String name : NAMES) {
      if (random.nextInt(4) == 0) {
        int places = random.nextInt(3);
        room.put(name, places);
        named.put(WebhookId.of(name), places);
      }
    }
    Claimed expected = model.claim(max, perLane, room, LEASE);
    Claims actual =
        stored
            .store
            .deliveries()
            .claim(new ClaimRequest("node", max, perLane, named, Model.seconds(LEASE)));
    assertEquals(
        expected.rows().stream().map(RandomisedModelTest::asText).toList(),
        actual.claims().stream().map(RandomisedModelTest::asText).toList(),
        where);
    assertEquals(Model.seconds(expected.more()), actual.more(), where);
    for (int i = 0; i < actual.claims().size(); i++) {
      claims.add(new Held(expected.rows().get(i), actual.claims().get(i)));
    }
  }

  private static String asText(Row row) {
    return row.id + " " + row.fence + " " + row.round + " " + row.attempts + " " + row.lapses;
  }

  private static String asText(Claim claim) {
    return claim.id()
        + " "
        + claim.fence()
        + " "
        + claim.round()
        + " "
        + claim.attempts()
        + " "
        + claim.lapses();
  }

  /** Also with claims that lapsed long ago, and twice. */
  private void finish() {
    for (int i = 0; i < 3 && !claims.isEmpty(); i++) {
      int which = random.nextInt(claims.size());
      Held held = random.nextInt(8) == 0 ? claims.get(which) : claims.remove(which);
      Next next = anyNext();
      model.finish(held.row(), held.claim().fence(), next);
      if (next instanceof Next.GivenBack) {
        Finished back = new Finished(held.claim().id(), held.claim().fence(), null, next);
        stored.store.deliveries().record(List.of(back), List.of());
      } else {
        stored.finish(held.claim(), next);
      }
    }
  }

  private Next anyNext() {
    return switch (random.nextInt(5)) {
      case 0 -> new Next.Delivered();
      case 1 -> new Next.Exhausted(EndReason.RETRIES_USED_UP);
      case 2 -> new Next.GivenBack();
      default -> new Next.DueIn(Model.seconds(random.nextInt(30)));
    };
  }

  private void pass() {
    long seconds = random.nextInt(15);
    model.now += seconds;
    stored.clock.pass(Model.seconds(seconds));
  }

  private void gateOrOpen() {
    String name = anyName();
    Lane lane = model.lanes.get(name);
    boolean gate = random.nextBoolean();
    long until = random.nextInt(30);
    if (lane != null) {
      lane.gatedUntil = gate ? Math.max(lane.gatedUntil, model.now + until) : 0;
    }
    WebhookId id = WebhookId.of(name);
    stored.change(
        gate
            ? new LaneChange.Gate(id, LaneState.GATED, Model.seconds(until), "", null)
            : new LaneChange.Open(id, null));
  }

  private void holdOrResume() {
    String name = anyName();
    Lane lane = model.lanes.get(name);
    if (lane == null) {
      return;
    }
    WebhookId id = WebhookId.of(name);
    if (!lane.held) {
      lane.held = true;
      stored.change(new LaneChange.Disable(id, "test"));
      return;
    }
    lane.held = false;
    lane.gatedUntil = 0;
    StoredWebhook old = stored.store.webhooks().find(Tenant.DEFAULT, id).orElseThrow();
    StoredWebhook enabled =
        new StoredWebhook(old.webhook().disabled(null), old.keys(), null, null, old.version() + 1);
    stored.store.webhooks().replace(enabled);
  }

  private void insertOrDelete() {
    String name = anyName();
    if (model.lanes.containsKey(name) && random.nextInt(3) == 0) {
      model.delete(name);
      stored.store.webhooks().delete(Tenant.DEFAULT, WebhookId.of(name));
    } else if (!model.lanes.containsKey(name)) {
      model.lanes.put(name, new Lane());
      model.order.add(name);
      stored.webhook(name);
    }
  }

  private void bulk(String where) {
    String name = anyName();
    DeliveryQuery query = DeliveryQuery.of(Tenant.DEFAULT, WebhookId.of(name));
    int limit = 1 + random.nextInt(5);
    switch (random.nextInt(4)) {
      case 0 ->
          assertEquals(
              model.each(limit, row -> row.lane.equals(name) && model.requeue(row)),
              stored.store.history().requeue(query, limit),
              where);
      case 1 ->
          assertEquals(
              model.each(limit, row -> row.lane.equals(name) && model.discard(row)),
              stored.store.history().discard(query, limit),
              where);
      case 2 ->
          assertEquals(
              model.each(limit, row -> row.lane.equals(name) && model.remove(row)),
              stored.store.history().remove(query, limit),
              where);
      default -> {
        model.each(1000, row -> model.expire(row));
        stored.store.history().expire(1000);
        // Which of several ages comes first is not promised, only what has ended.
        model.ended.clear();
        for (String lane : model.order) {
          model.rows.removeIf(row -> row.lane.equals(lane) && !row.pending());
          DeliveryQuery all = DeliveryQuery.of(Tenant.DEFAULT, WebhookId.of(lane));
          stored.store.history().remove(all, 1000);
        }
      }
    }
  }

  private void replayFailed(String where) {
    String name = anyName();
    long since = model.now - random.nextInt(40);
    long until = since + random.nextInt(40);
    int limit = 1 + random.nextInt(5);
    assertEquals(
        model.requeueFailed(name, since, until, limit),
        stored
            .store
            .history()
            .requeueFailed(
                Tenant.DEFAULT, WebhookId.of(name), instant(since), instant(until), limit),
        where);
  }

  private Instant instant(long time) {
    return stored.clock.instant().plusSeconds(time - model.now);
  }

  private void keepTest(String where) {
    String id = "test" + events++;
    String name = anyName();
    boolean accepted = random.nextBoolean();
    Outcome outcome = accepted ? new Outcome.Accepted(200) : Outcome.Failed.of(FailureDetail.TLS);
    Attempt attempt = new Attempt(1, 1, Instant.EPOCH, Duration.ZERO, outcome, "", false);
    boolean fits = model.keepTest(id, name, accepted);
    NewEvent event = Stored.event(id, id, Model.seconds(1), true, List.of(name));
    boolean fitted = true;
    try {
      stored.store.history().keepTest(event, attempt);
    } catch (StoreFullException e) {
      fitted = false;
    }
    assertEquals(fits, fitted, where);
  }

  private void compare(String where) {
    for (String name : model.order) {
      List<String> expected = new ArrayList<>();
      for (Row row : model.rows) {
        if (row.lane.equals(name)) {
          expected.add(0, asText(row, model.lane(name)));
        }
      }
      List<String> actual = stored.log(WebhookId.of(name)).stream().map(this::asText).toList();
      assertEquals(expected, actual, where);
    }
    assertEquals(
        model.failed().stream().map(row -> row.id).toList(),
        stored.store.history().failed(Tenant.DEFAULT, Page.first(1000)).items().stream()
            .map(one -> one.id().value())
            .toList(),
        where);
  }

  private String asText(Row row, Lane lane) {
    boolean held = row.pending() && lane.held;
    long due = lane.gatedUntil > model.now ? Math.max(row.due, lane.gatedUntil) : row.due;
    String next = !row.pending() || held ? "-" : "" + due;
    DeliveryState state = held ? DeliveryState.HELD : row.state;
    return row.event
        + " "
        + state
        + " "
        + row.round
        + " "
        + row.attempts
        + " "
        + row.ended
        + " "
        + (row.pending() ? "-" : "" + row.endedAt)
        + " "
        + next;
  }

  private String modelTime(@Nullable Instant instant) {
    return instant == null
        ? "-"
        : "" + (model.now + Duration.between(stored.clock.instant(), instant).toSeconds());
  }

  private String asText(Delivery row) {
    String next = modelTime(row.nextAttempt());
    return row.event().id()
        + " "
        + row.state()
        + " "
        + row.round()
        + " "
        + row.attempts()
        + " "
        + row.ended()
        + " "
        + modelTime(row.endedAt())
        + " "
        + next;
  }
}
