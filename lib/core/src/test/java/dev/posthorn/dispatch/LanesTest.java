package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final Tenant ACME = Tenant.of("acme");
  private static final Tenant BETA = Tenant.of("beta");

  private final HandTime time = new HandTime();
  private int numbers;

  private Lanes lanes(int inFlight, int perWebhook) {
    Limits limits = Limits.standard().inFlight(inFlight).inFlightPerWebhook(perWebhook);
    return new Lanes(limits, time.ticks());
  }

  private Job job(Lanes lanes, String webhook) {
    return job(lanes, Tenant.DEFAULT, webhook);
  }

  private Job job(Lanes lanes, Tenant tenant, String webhook) {
    return new Job(Samples.claim(webhook, tenant, "d" + ++numbers), Long.MAX_VALUE, lanes.epoch());
  }

  private Lanes.Offered offer(Lanes lanes, Job... jobs) {
    return lanes.offer(List.of(jobs), lanes.room(), false);
  }

  private void offer(Lanes lanes, Tenant tenant, String webhook, int count) {
    for (int i = 0; i < count; i++) {
      offer(lanes, job(lanes, tenant, webhook));
    }
  }

  /** Lets a lane earn the common permits. */
  private void prove(Lanes lanes, String webhook) {
    prove(lanes, Tenant.DEFAULT, webhook);
  }

  private void prove(Lanes lanes, Tenant tenant, String webhook) {
    offer(lanes, job(lanes, tenant, webhook));
    lanes.take().forEach(job -> lanes.land(job, true));
  }

  private static Map<String, Integer> byWebhook(List<Job> jobs) {
    Map<String, Integer> counts = new HashMap<>();
    jobs.forEach(job -> counts.merge(job.claim.webhook().value(), 1, Integer::sum));
    return counts;
  }

  private static List<String> order(List<Job> jobs) {
    return jobs.stream().map(job -> job.claim.webhook().value()).toList();
  }

  @Test
  void aWebhookNeverHasMoreInFlightThanItsLimit() {
    Lanes lanes = lanes(100, 3);
    prove(lanes, "a");
    offer(lanes, Tenant.DEFAULT, "a", 10);
    List<Job> taken = lanes.take();
    assertEquals(3, taken.size());
    assertEquals(List.of(), lanes.take());
    lanes.land(taken.get(0), true);
    assertEquals(1, lanes.take().size());
  }

  @Test
  void anInstanceNeverHasMoreInFlightThanItsLimit() {
    for (int limit : new int[] {1, 2, 3, 4, 5, 8}) {
      Lanes lanes = lanes(limit, 2);
      for (int i = 0; i < 20; i++) {
        offer(lanes, Tenant.DEFAULT, "w" + i, 2);
      }
      int done = 0;
      for (List<Job> taken = lanes.take(); !taken.isEmpty(); taken = lanes.take()) {
        assertTrue(lanes.inFlight() <= limit, () -> limit + ": " + lanes.inFlight());
        taken.forEach(job -> lanes.land(job, true));
        done += taken.size();
      }
      assertEquals(40, done);
      assertTrue(lanes.isEmpty());
    }
  }

  @Test
  void aNewWebhookBeginsWithFourAtATime() {
    Lanes lanes = lanes(256, 16);
    offer(lanes, Tenant.DEFAULT, "new", 20);
    List<Job> taken = lanes.take();
    assertEquals(4, taken.size());
    taken.forEach(job -> lanes.land(job, true));
    assertEquals(16, lanes.take().size());
  }

  @Test
  void webhooksOfATenantTakeTurns() {
    Lanes lanes = lanes(1, 16);
    List.of("a", "b").forEach(webhook -> prove(lanes, ACME, webhook));
    offer(lanes, ACME, "a", 4);
    offer(lanes, ACME, "b", 2);
    assertEquals(List.of("a", "b", "a", "b", "a", "a"), drain(lanes));
  }

  @Test
  void tenantsTakeTurnsBeforeTheirWebhooksDo() {
    Lanes lanes = lanes(1, 16);
    List.of("a1", "a2", "a3", "a4").forEach(webhook -> prove(lanes, ACME, webhook));
    prove(lanes, BETA, "b");
    for (int i = 1; i <= 4; i++) {
      offer(lanes, ACME, "a" + i, 1);
    }
    offer(lanes, BETA, "b", 2);
    assertEquals(List.of("a1", "b", "a2", "b", "a3", "a4"), drain(lanes));
  }

  @Test
  void aBusyWebhookDoesNotKeepNewOnesWaitingHoweverFewPermitsThereAre() {
    for (int limit : new int[] {1, 2, 3, 4}) {
      Lanes lanes = lanes(limit, 16);
      prove(lanes, "busy");
      offer(lanes, Tenant.DEFAULT, "busy", 16);
      offer(lanes, Tenant.DEFAULT, "new", 1);
      int position = drain(lanes).indexOf("new");
      assertTrue(position >= 0 && position <= 4, () -> limit + ": " + position);
    }
  }

  private static List<String> drain(Lanes lanes) {
    List<String> order = new ArrayList<>();
    for (List<Job> taken = lanes.take(); !taken.isEmpty(); taken = lanes.take()) {
      order.addAll(order(taken));
      taken.forEach(job -> lanes.land(job, true));
    }
    return order;
  }

  @Test
  void aThousandDeadEndpointsLeaveTheCommonPermitsFree() {
    Lanes lanes = lanes(100, 16);
    prove(lanes, "healthy");
    for (int i = 0; i < 1_000; i++) {
      offer(lanes, job(lanes, "dead" + i));
    }
    List<Job> dead = lanes.take();
    assertEquals(25, dead.size());
    offer(lanes, Tenant.DEFAULT, "healthy", 16);
    assertEquals(Map.of("healthy", 16), byWebhook(lanes.take()));
  }

  @Test
  void deadEndpointsTakeTurnsAtTheirPermits() {
    Lanes lanes = lanes(8, 16);
    for (int i = 0; i < 6; i++) {
      offer(lanes, Tenant.DEFAULT, "dead" + i, 2);
    }
    List<String> order = new ArrayList<>();
    for (List<Job> taken = lanes.take(); !taken.isEmpty(); taken = lanes.take()) {
      order.addAll(order(taken));
      taken.forEach(job -> lanes.land(job, false));
    }
    List<String> round = List.of("dead0", "dead1", "dead2", "dead3", "dead4", "dead5");
    assertEquals(round, order.subList(0, 6));
    assertEquals(12, order.size());
  }

  @Test
  void anEndpointThatHasProvenItselfDoesNotWaitBehindDeadOnesAnyMore() {
    Lanes lanes = lanes(8, 16);
    offer(lanes, Tenant.DEFAULT, "new", 10);
    List<Job> probes = lanes.take();
    assertEquals(Map.of("new", 2), byWebhook(probes));
    offer(lanes, Tenant.DEFAULT, "dead", 4);
    lanes.land(probes.get(0), false); // hands its permit to a dead one
    List<Job> dead = lanes.take();
    lanes.land(probes.get(1), false);
    dead.addAll(lanes.take());
    Job probe =
        dead.stream()
            .filter(j -> j.claim.webhook().value().equals("new"))
            .findFirst()
            .orElseThrow();
    lanes.land(probe, true);
    List<Job> next = lanes.take();
    assertEquals(6, byWebhook(next).get("new"), "all common permits are its own");
  }

  @Test
  void anEndpointThatWasOnlySuspectedGetsItsCommonPermitsBack() {
    Lanes lanes = lanes(8, 16);
    prove(lanes, "a");
    offer(lanes, job(lanes, "a"));
    Job slowish = lanes.take().get(0);
    time.pass(Duration.ofMillis(200));
    for (int i = 0; i < 10; i++) {
      offer(lanes, job(lanes, "dead" + i));
    }
    assertEquals(2, lanes.take().size());
    offer(lanes, Tenant.DEFAULT, "a", 3);
    assertEquals(List.of(), lanes.take(), "while it is suspected it waits with the dead ones");
    lanes.land(slowish, true);
    assertEquals(Map.of("a", 3), byWebhook(lanes.take()));
  }

  @Test
  void aSlowExchangeMovesItsPermitAside() {
    Lanes lanes = lanes(8, 16);
    prove(lanes, "slow");
    prove(lanes, "quick");
    offer(lanes, Tenant.DEFAULT, "slow", 6);
    assertEquals(6, lanes.take().size());
    offer(lanes, Tenant.DEFAULT, "quick", 3);
    assertEquals(List.of(), lanes.take());
    assertTrue(lanes.congested());
    time.pass(Traffic.SLOW.minusNanos(1));
    assertEquals(List.of(), lanes.take());
    time.pass(Duration.ofNanos(1));
    assertEquals(Map.of("quick", 2), byWebhook(lanes.take()), "two places aside, no more");
    assertTrue(lanes.congested());
    assertEquals(8, lanes.inFlight());
  }

  @Test
  void anEndpointThatFailsOrIsSlowLosesItsCommonPermits() {
    Lanes lanes = lanes(8, 16);
    prove(lanes, "a");
    offer(lanes, job(lanes, "a"));
    lanes.land(lanes.take().get(0), false);
    offer(lanes, Tenant.DEFAULT, "a", 10);
    assertEquals(2, lanes.take().size());
  }

  @Test
  void oldestFirstWithinAWebhook() {
    Lanes lanes = lanes(1, 16);
    List<Job> jobs = List.of(job(lanes, "a"), job(lanes, "a"), job(lanes, "a"));
    lanes.offer(jobs, lanes.room(), false);
    for (Job expected : jobs) {
      Job taken = lanes.take().get(0);
      assertEquals(expected, taken);
      lanes.land(taken, true);
    }
  }

  @Test
  void aTakeThatIsUndoneKeepsItsTurnAndFreesItsPermit() {
    Lanes lanes = lanes(1, 16);
    Job first = job(lanes, "a");
    Job second = job(lanes, "a");
    lanes.offer(List.of(first, second), lanes.room(), false);
    assertTrue(lanes.untake(lanes.take().get(0)));
    assertEquals(0, lanes.inFlight());
    assertEquals(first.claim, lanes.take().get(0).claim);
  }

  @Test
  void aTakeThatIsUndoneAfterItsLaneWasClosedDoesNotGoBack() {
    Lanes lanes = lanes(4, 16);
    Job early = job(lanes, "a");
    Job late = job(lanes, "a");
    lanes.offer(List.of(early, late), lanes.room(), false);
    List<Job> taken = lanes.take();
    assertFalse(lanes.closed(taken.get(0)));
    lanes.close(WebhookId.of("a"), Tenant.DEFAULT);
    assertFalse(lanes.untake(taken.get(0)));
    assertTrue(lanes.closed(taken.get(0)));
    assertEquals(List.of(), lanes.take());
  }

  @Test
  void closingEmptiesALaneAndTurnsAwayWhatWasAskedForBeforeTheReopening() {
    Lanes lanes = lanes(8, 16);
    WebhookId a = WebhookId.of("a");
    Job waiting = job(lanes, "a");
    offer(lanes, waiting);
    Job asked = job(lanes, "a");
    assertEquals(List.of(waiting), lanes.close(a, Tenant.DEFAULT));
    assertEquals(0, lanes.room().lanes().get(a));
    assertEquals(List.of(asked), offer(lanes, asked).refused());
    assertFalse(lanes.reserve(a, Tenant.DEFAULT));
    Job askedWhileClosed = job(lanes, "a");
    lanes.reopen(a, Tenant.DEFAULT);
    assertEquals(List.of(askedWhileClosed), offer(lanes, askedWhileClosed).refused());
    assertEquals(List.of(), offer(lanes, job(lanes, "a")).refused());
    assertEquals(1, lanes.take().size());
  }

  @Test
  void aLaneThatWasClosedTwiceOpensWithTheSecondReopening() {
    Lanes lanes = lanes(8, 16);
    WebhookId a = WebhookId.of("a");
    lanes.close(a, Tenant.DEFAULT);
    lanes.close(a, Tenant.DEFAULT);
    lanes.reopen(a, Tenant.DEFAULT);
    Job early = job(lanes, "a");
    assertEquals(List.of(early), offer(lanes, early).refused());
    lanes.reopen(a, Tenant.DEFAULT);
    assertEquals(List.of(), offer(lanes, job(lanes, "a")).refused());
  }

  @Test
  void closingALaneLeavesOthersAlone() {
    Lanes lanes = lanes(8, 16);
    lanes.close(WebhookId.of("a"), Tenant.DEFAULT);
    assertEquals(List.of(), offer(lanes, job(lanes, "b")).refused());
    assertEquals(1, lanes.take().size());
  }

  @Test
  void aPublishedDeliveryWhoseLaneWasClosedMeanwhileIsTurnedAway() {
    Lanes lanes = lanes(8, 16);
    WebhookId a = WebhookId.of("a");
    assertTrue(lanes.reserve(a, Tenant.DEFAULT));
    Job job = job(lanes, "a");
    lanes.close(a, Tenant.DEFAULT);
    lanes.reopen(a, Tenant.DEFAULT);
    assertFalse(lanes.offerReserved(job));
    assertTrue(lanes.isEmpty());
  }

  @Test
  void promisedPlacesCountUntilTheyAreTakenOrReleased() {
    Lanes lanes = lanes(4, 2);
    WebhookId a = WebhookId.of("a");
    int promised = 0;
    while (lanes.reserve(a, Tenant.DEFAULT)) {
      promised++;
    }
    assertEquals(2, promised, "one permit aside, and one place for a job that waits");
    assertFalse(lanes.isEmpty());
    lanes.release(a);
    lanes.release(a);
    lanes.release(a);
    assertTrue(lanes.isEmpty());
  }

  @Test
  void nothingThatIsPublishedOvertakesWhatTheStoreHas() {
    Lanes lanes = lanes(4, 2);
    WebhookId a = WebhookId.of("a");
    while (lanes.reserve(a, Tenant.DEFAULT)) {
      assertTrue(lanes.offerReserved(job(lanes, "a")));
    }
    drain(lanes);
    assertFalse(lanes.reserve(a, Tenant.DEFAULT), "some wait in the store");
    Lanes.Room room = lanes.room();
    lanes.offer(List.of(), room, false);
    assertTrue(lanes.reserve(a, Tenant.DEFAULT), "the store has been found empty");
  }

  @Test
  void aLaneThatGotAllItCouldIsTakenToHaveMore() {
    Lanes lanes = lanes(8, 2);
    Lanes.Room room = lanes.room();
    List<Job> full = new ArrayList<>();
    for (int i = 0; i < room.perLane(); i++) {
      full.add(job(lanes, "a"));
    }
    lanes.offer(full, room, false);
    assertFalse(lanes.reserve(WebhookId.of("a"), Tenant.DEFAULT));
    boolean more = false;
    for (List<Job> taken = lanes.take(); !taken.isEmpty(); taken = lanes.take()) {
      for (Job job : taken) {
        more |= lanes.land(job, true);
      }
    }
    assertTrue(more, "whoever lands is told to fetch more");
  }

  @Test
  void whereTheDoubtfulHaveNoRoomOnlySoundLanesAreAskedFor() {
    Lanes lanes = lanes(4, 2);
    prove(lanes, "sound");
    prove(lanes, "bad");
    offer(lanes, job(lanes, "bad"));
    lanes.land(lanes.take().get(0), false);
    for (int i = 0; i < 10; i++) {
      offer(lanes, job(lanes, "dead" + i));
    }
    lanes.take();
    Lanes.Room room = lanes.room();
    assertEquals(0, room.perLane());
    assertTrue(room.lanes().getOrDefault(WebhookId.of("sound"), 0) > 0);
    assertEquals(0, room.lanes().getOrDefault(WebhookId.of("bad"), 0));
    assertEquals(0, room.lanes().get(WebhookId.of("dead0")));
  }

  @Test
  void aLaneThatCannotBeSentToIsSkippedUntilItIsReconsidered() {
    Lanes lanes = lanes(8, 16);
    WebhookId a = WebhookId.of("a");
    Job waiting = job(lanes, "a");
    offer(lanes, waiting);
    assertEquals(List.of(waiting), lanes.setUnsendable(a, Tenant.DEFAULT));
    assertEquals(0, lanes.room().lanes().get(a));
    Job more = job(lanes, "a");
    assertEquals(List.of(more), offer(lanes, more).refused());
    lanes.reconsider();
    assertEquals(List.of(), offer(lanes, job(lanes, "a")).refused());
  }

  @Test
  void emptyingTakesOutAllThatWaitAndNothingInFlight() {
    Lanes lanes = lanes(4, 2);
    offer(lanes, Tenant.DEFAULT, "a", 3);
    offer(lanes, Tenant.DEFAULT, "b", 3);
    List<Job> flying = lanes.take();
    assertEquals(6 - flying.size(), lanes.emptyAll().size());
    assertEquals(List.of(), lanes.take());
    flying.forEach(job -> lanes.land(job, true));
    assertTrue(lanes.isEmpty());
  }

  @Test
  void lanesThatAreIdleAreRememberedInBoundedNumber() {
    Lanes lanes = lanes(40, 16);
    prove(lanes, "first");
    offer(lanes, Tenant.DEFAULT, "first", 16);
    List<Job> taken = lanes.take();
    assertEquals(16, taken.size(), "it is known to be sound");
    taken.forEach(job -> lanes.land(job, true));
    for (int i = 0; i < 4_096; i++) {
      prove(lanes, "w" + i);
    }
    assertEquals(Map.of(), lanes.room().lanes(), "none of them has work");
    offer(lanes, Tenant.DEFAULT, "first", 16);
    assertEquals(4, lanes.take().size(), "it is as good as new");
  }
}
