package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random walks through everything that lanes can do, beside a count of what must be true. */
class LanesModelTest {
  private static final int WEBHOOKS = 12;
  private static final int STEPS = 4_000;

  private final HandTime time = new HandTime();
  private final List<Job> flying = new ArrayList<>();
  private final Map<WebhookId, Integer> reserved = new HashMap<>();
  private final Map<WebhookId, Integer> closed = new HashMap<>();
  private int waiting;
  private int numbers;

  private static WebhookId id(int number) {
    return WebhookId.of("w" + number);
  }

  private static Tenant tenant(WebhookId id) {
    return Tenant.of(id.value().compareTo("w5") < 0 ? "acme" : "beta");
  }

  private Job job(Lanes lanes, WebhookId id) {
    return new Job(
        Samples.claim(id.value(), tenant(id), "d" + ++numbers), Long.MAX_VALUE, lanes.epoch());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 20, 256})
  void whateverHappensTheCountsAreRightAndReturnToZero(int inFlight) {
    Random random = new Random(inFlight);
    int perWebhook = 1 + random.nextInt(5);
    Limits limits = Limits.standard().inFlight(inFlight).inFlightPerWebhook(perWebhook);
    Lanes lanes = new Lanes(limits, time.ticks());
    for (int step = 0; step < STEPS; step++) {
      step(lanes, random);
      check(lanes, inFlight, perWebhook);
    }
    unwind(lanes);
    assertTrue(lanes.isEmpty());
    assertEquals(0, lanes.inFlight());
    assertTrue(lanes.halfEmpty());
    Lanes fresh = new Lanes(limits, time.ticks());
    assertEquals(fresh.room().max(), lanes.room().max(), "no place has been lost");
  }

  private void step(Lanes lanes, Random random) {
    WebhookId id = id(random.nextInt(WEBHOOKS));
    switch (random.nextInt(12)) {
      case 0, 1 -> reserve(lanes, id);
      case 2 -> keepPromise(lanes, id);
      case 3 -> breakPromise(lanes, id);
      case 4, 5 -> claim(lanes, random);
      case 6, 7 -> take(lanes, random);
      case 8, 9 -> land(lanes, random);
      case 10 -> closeOrReopen(lanes, id);
      default -> rare(lanes, id, random);
    }
    time.pass(Duration.ofMillis(random.nextInt(60)));
  }

  private void reserve(Lanes lanes, WebhookId id) {
    if (lanes.reserve(id, tenant(id))) {
      reserved.merge(id, 1, Integer::sum);
    }
  }

  private void keepPromise(Lanes lanes, WebhookId id) {
    if (reserved.getOrDefault(id, 0) > 0) {
      reserved.merge(id, -1, Integer::sum);
      waiting += lanes.offerReserved(job(lanes, id)) ? 1 : 0;
    }
  }

  private void breakPromise(Lanes lanes, WebhookId id) {
    if (reserved.getOrDefault(id, 0) > 0) {
      reserved.merge(id, -1, Integer::sum);
      lanes.release(id);
    }
  }

  /** As a store would: at most the room of each lane, and the maximum in all. */
  private void claim(Lanes lanes, Random random) {
    Lanes.Room room = lanes.room();
    List<Job> jobs = new ArrayList<>();
    for (int n = 0; n < WEBHOOKS; n++) {
      int most = room.lanes().getOrDefault(id(n), room.perLane());
      for (int i = random.nextInt(most + 1); i > 0 && jobs.size() < room.max(); i--) {
        jobs.add(job(lanes, id(n)));
      }
    }
    Lanes.Offered offered = lanes.offer(jobs, room, jobs.size() >= room.max());
    waiting += jobs.size() - offered.refused().size();
  }

  private void take(Lanes lanes, Random random) {
    for (Job job : lanes.take()) {
      waiting--;
      if (random.nextInt(10) > 0) {
        flying.add(job);
      } else {
        waiting += lanes.untake(job) ? 1 : 0;
      }
    }
  }

  private void land(Lanes lanes, Random random) {
    for (int i = random.nextInt(4); i > 0 && !flying.isEmpty(); i--) {
      lanes.land(flying.remove(random.nextInt(flying.size())), random.nextInt(3) > 0);
    }
  }

  private void closeOrReopen(Lanes lanes, WebhookId id) {
    if (closed.getOrDefault(id, 0) > 0) {
      closed.merge(id, -1, Integer::sum);
      lanes.reopen(id, tenant(id));
    } else {
      closed.merge(id, 1, Integer::sum);
      waiting -= lanes.close(id, tenant(id)).size();
    }
  }

  private void rare(Lanes lanes, WebhookId id, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> waiting -= lanes.emptyAll().size();
      case 1 -> waiting -= lanes.setUnsendable(id, tenant(id)).size();
      default -> lanes.reconsider();
    }
  }

  private void check(Lanes lanes, int inFlight, int perWebhook) {
    assertEquals(flying.size(), lanes.inFlight());
    assertTrue(flying.size() <= inFlight, "in flight in all");
    Map<WebhookId, Integer> each = new HashMap<>();
    flying.forEach(job -> each.merge(job.claim.webhook(), 1, Integer::sum));
    assertTrue(each.values().stream().allMatch(n -> n <= perWebhook), "in flight per webhook");
    int promised = reserved.values().stream().mapToInt(Integer::intValue).sum();
    assertEquals(flying.isEmpty() && waiting + promised == 0, lanes.isEmpty());
    Lanes.Room room = lanes.room();
    assertTrue(room.max() >= 0 && room.max() <= inFlight + 2 + 128, "room in all");
    assertTrue(
        room.lanes().values().stream().allMatch(n -> n >= 0 && n <= 2 * perWebhook),
        "room per webhook");
    assertTrue(waiting >= 0 && waiting + promised <= inFlight + 2 + 2 * 128, "waiting in all");
    closed.forEach(
        (id, times) -> {
          if (times > 0) {
            assertEquals(0, room.lanes().get(id), "room of a closed lane");
          }
        });
  }

  private void unwind(Lanes lanes) {
    reserved.forEach(
        (id, count) -> {
          for (int i = 0; i < count; i++) {
            lanes.release(id);
          }
        });
    closed.forEach(
        (id, times) -> {
          if (times > 0) {
            lanes.reopen(id, tenant(id));
          }
        });
    while (waiting > 0 || !flying.isEmpty()) {
      List<Job> taken = lanes.take();
      waiting -= taken.size();
      flying.addAll(taken);
      assertTrue(!flying.isEmpty(), "what waits can always go in the end");
      flying.forEach(job -> lanes.land(job, true));
      flying.clear();
    }
  }
}
