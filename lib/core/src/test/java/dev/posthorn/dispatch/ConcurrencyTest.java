package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A webhook's own concurrency, which a process never exceeds. */
class ConcurrencyTest {
  private final HandTime time = new HandTime();
  private final Map<String, Integer> own = new HashMap<>();
  private final Lanes lanes =
      new Lanes(
          Limits.standard().inFlight(64).inFlightPerWebhook(16),
          time.ticks(),
          webhook -> own.getOrDefault(webhook.value(), Integer.MAX_VALUE));
  private int numbers;

  private List<Job> jobs(String webhook, int count) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(new Job(Samples.claim(webhook, "d" + ++numbers), Long.MAX_VALUE, lanes.epoch()));
    }
    return jobs;
  }

  private List<Job> offer(String webhook, int count) {
    return lanes.offer(jobs(webhook, count), lanes.room(), false).refused();
  }

  /** Lets a lane earn the common permits. */
  private void prove(String webhook) {
    offer(webhook, 1);
    lanes.take().forEach(job -> lanes.land(job, true));
  }

  @Test
  void noMoreAreTakenThanTheWebhookWants() {
    own.put("one", 1);
    own.put("three", 3);
    for (String webhook : List.of("one", "three", "many")) {
      prove(webhook);
    }
    offer("one", 2);
    offer("three", 6);
    offer("many", 8);
    Map<String, Integer> taken = new HashMap<>();
    lanes.take().forEach(job -> taken.merge(job.claim.webhook().value(), 1, Integer::sum));
    assertEquals(Map.of("one", 1, "three", 3, "many", 8), taken);
  }

  @Test
  void theNextGoesWhenOneHasEnded() {
    own.put("one", 1);
    prove("one");
    offer("one", 2);
    List<Job> first = lanes.take();
    assertEquals(1, first.size());
    assertEquals(List.of(), lanes.take());
    lanes.land(first.get(0), true);
    assertEquals(1, lanes.take().size());
  }

  @Test
  void itNeverLiftsTheLimitOfAll() {
    own.put("w", 1_000);
    prove("w");
    offer("w", 32);
    assertEquals(16, lanes.take().size());
  }

  @Test
  void aNewWebhookStartsSlowlyAsEver() {
    own.put("w", 10);
    offer("w", 8);
    assertEquals(4, lanes.take().size());
  }

  @Test
  void aChangeIsObeyedByTheNextThatGoes() {
    own.put("w", 1);
    prove("w");
    offer("w", 2);
    List<Job> first = lanes.take();
    own.put("w", 2);
    offer("w", 2);
    assertEquals(1, lanes.take().size(), "one more beside the first");
    own.put("w", 1);
    lanes.land(first.get(0), true);
    assertEquals(List.of(), lanes.take(), "the other one is still under way");
  }

  @Test
  void noMoreIsAskedForThanCanGoSoon() {
    own.put("w", 2);
    prove("w");
    offer("w", 1);
    assertEquals(3, lanes.room().lanes().get(Samples.claim("w", "x").webhook()));
  }

  @Test
  void whatALaneThatWasNotKnownGotTooMuchOfIsGivenBack() {
    own.put("w", 1);
    List<Job> refused = offer("w", 8);
    assertEquals(6, refused.size(), "one to go, and one to wait for it");
    assertEquals(0, lanes.room().lanes().get(refused.get(0).claim.webhook()), "no more for now");
    lanes.land(lanes.take().get(0), true);
    List<Job> last = lanes.take();
    assertEquals(1, last.size());
    assertTrue(lanes.land(last.get(0), true), "the store has more of it");
  }
}
