package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTest {
  private static final Duration LEASE = Duration.ofSeconds(16);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String A = "a.example";

  private final Rig rig = new Rig();

  @BeforeEach
  void forgetLog() {
    Logged.clear();
  }

  private static Rig rig(DeliveryContract contract) {
    return new Rig(contract, Limits.standard(), LEASE);
  }

  private static Rig rig(Limits limits) {
    return new Rig(Samples.OPEN, limits, LEASE);
  }

  @Test
  void offItStoresAndSendsNothing() {
    rig.webhook("a");
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    rig.advance(MINUTE);
    assertEquals(0, rig.sender.requests().size());
    rig.engine.turnOn();
    rig.run();
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
  }

  @Test
  void theRetriesComeAtTheirTimesWithTheSameBytesAndThenEnd() {
    rig.webhook("a");
    rig.sender.always(A, request -> FakeSender.status(500));
    rig.engine.turnOn();
    DeliveryId id = rig.publish("e").get(0);
    Instant start = rig.time.instant();
    rig.run();
    rig.advance(Duration.ofHours(2));
    List<Attempt> attempts = new ArrayList<>(rig.attempts(id));
    Collections.reverse(attempts);
    assertEquals(List.of(1, 2, 3, 4), attempts.stream().map(Attempt::number).toList());
    assertEquals(
        List.of(0L, 0L, 60L, 360L),
        attempts.stream().map(a -> Duration.between(start, a.startedAt()).toSeconds()).toList());
    List<Request> requests = rig.sender.requests();
    requests.forEach(each -> assertArrayEquals(requests.get(0).body(), each.body()));
    assertEquals("3", requests.get(3).headers().get("X-One-Retry-Num"));
    assertEquals(EndReason.RETRIES_USED_UP, rig.delivery(id).ended());
    assertEquals(
        List.of(
            "attempted 1 PENDING",
            "attempted 2 PENDING",
            "attempted 3 PENDING",
            "attempted 4 EXHAUSTED",
            "exhausted RETRIES_USED_UP"),
        rig.told);
  }

  @Test
  void aLeaseThatIsTooShortWhenItsTurnComesIsGivenBackAndNotSent() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    DeliveryId id = rig.publish("e").get(0);
    rig.time.pass(LEASE.minus(Samples.OPEN.timeout()));
    assertTrue(rig.exchanges.runNext());
    assertEquals(0, rig.sender.requests().size(), "the lease does not cover the timeout");
    rig.run();
    assertEquals(1, rig.sender.requests().size());
    assertEquals(1, rig.delivery(id).attempts());
    assertEquals(0, rig.engine.lateResults());
  }

  @Test
  void aDeliveryThatLapsesFiveTimesIsRecordedAsSuchAndGoesByTheRetryPolicy() {
    rig.webhook("a");
    DeliveryId id = rig.publish("e").get(0);
    for (int i = 0; i < 6; i++) {
      ClaimRequest request = new ClaimRequest("crashing", 10, 10, Map.of(), LEASE);
      assertEquals(1, rig.store.deliveries().claim(request).claims().size());
      rig.time.pass(LEASE);
    }
    rig.engine.turnOn();
    rig.run();
    List<Attempt> attempts = rig.attempts(id);
    assertEquals(2, attempts.size());
    assertEquals(Outcome.Failed.of(FailureDetail.LEASE_LAPSED), attempts.get(1).outcome());
    assertEquals(1, rig.sender.requests().size(), "only the retry was sent");
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
  }

  @Test
  void aResultThatComesAfterAnotherTookOverIsRefusedAndCounted() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.sender.next(
        A,
        request -> {
          rig.time.pass(LEASE);
          ClaimRequest takeOver = new ClaimRequest("other", 10, 10, Map.of(), LEASE);
          assertEquals(1, rig.store.deliveries().claim(takeOver).claims().size());
          return FakeSender.status(200);
        });
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    assertEquals(1, rig.engine.lateResults());
    assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
    assertEquals(List.of(), rig.told);
  }

  @Test
  void retryAfterHoldsTheWholeWebhookAlsoWhatIsQueuedOrPublishedMeanwhile() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.sender.next(A, FakeSender.pause(429, "90"));
    List<DeliveryId> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.addAll(rig.publish("before" + i));
    }
    assertTrue(rig.exchanges.size() > 1, "some wait for a thread, some in the lane");
    rig.run();
    assertEquals(1, rig.sender.requests().size(), "nothing that was queued goes out");
    ids.addAll(rig.publish("meanwhile"));
    rig.run();
    rig.advance(Duration.ofMillis(89_999));
    assertEquals(1, rig.sender.requests().size());
    assertEquals(LaneState.GATED, lane(rig, "a").state());
    rig.advance(Duration.ofMillis(1));
    assertEquals(32, rig.sender.requests().size());
    ids.forEach(id -> assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state()));
    assertEquals(1, ids.stream().filter(id -> rig.delivery(id).attempts() == 2).count());
  }

  private static LaneReport lane(Rig rig, String id) {
    return rig.store.history().lane(WebhookId.of(id)).orElseThrow();
  }

  @Test
  void retryAfterHoldsForNoLongerThanItsLimit() {
    Rig strict = rig(Limits.standard().retryAfter(Duration.ofSeconds(30)));
    strict.webhook("a");
    strict.engine.turnOn();
    strict.sender.next(A, FakeSender.pause(503, "999999999999"));
    strict.publish("e");
    strict.run();
    strict.advance(Duration.ofMillis(29_999));
    assertEquals(1, strict.sender.requests().size());
    strict.advance(Duration.ofMillis(1));
    assertEquals(2, strict.sender.requests().size());
  }

  @Test
  void aWebhookOnPauseDoesNotHoldOthers() {
    rig.webhook("a");
    rig.webhook("b");
    rig.engine.turnOn();
    rig.sender.next(A, FakeSender.pause(429, "3600"));
    rig.publish(10);
    rig.run();
    assertEquals(10, rig.sender.requests("b.example"));
  }

  @Test
  void aPauseAfterTheLastAttemptStillEndsOnTimeForTheOthers() {
    Rig once = rig(Samples.OPEN.retries(RetrySchedule.none()));
    once.webhook("a");
    once.engine.turnOn();
    once.run();
    once.sender.next(A, FakeSender.pause(429, "20"));
    once.publish(3);
    once.run();
    assertEquals(1, once.sender.requests().size());
    once.advance(Duration.ofSeconds(20));
    assertEquals(3, once.sender.requests().size(), "two were waiting and not used up");
  }

  @Test
  void aLookThatLeftAWebhookOutWhileItsPauseWasBeingWrittenIsMadeUpFor() {
    Rig once =
        new Rig(
            Samples.OPEN.retries(RetrySchedule.none()),
            Limits.standard().inFlightPerWebhook(1),
            LEASE);
    once.webhook("a");
    once.engine.turnOn();
    once.run();
    once.sender.next(A, FakeSender.pause(429, "20"));
    AtomicBoolean down = new AtomicBoolean(true);
    once.store.before(
        "record",
        arguments -> {
          if (!((List<?>) arguments[1]).isEmpty() && down.getAndSet(false)) {
            throw new IllegalStateException("the pause is written at the second try");
          }
        });
    once.publish(2);
    once.run();
    assertEquals(1, once.sender.requests().size());
    once.advance(Duration.ofSeconds(21));
    assertEquals(2, once.sender.requests().size());
  }

  @Test
  void severalAnswersAlikeAnnounceADisablingOnce() {
    Rig gone = rig(Samples.OPEN.disable(DisableRule.ON_GONE));
    gone.webhook("a");
    gone.engine.turnOn();
    gone.run();
    gone.sender.always(A, request -> FakeSender.status(410));
    gone.sender.next(
        A,
        request -> {
          assertTrue(gone.exchanges.runNext(), "another one is under way");
          return FakeSender.status(410);
        });
    gone.publish(2);
    gone.run();
    assertEquals(2, gone.sender.requests().size());
    assertEquals(1, gone.told.stream().filter("disabling a"::equals).count());
    assertEquals(1, gone.told.stream().filter("disabled a true"::equals).count());
  }

  @Test
  void anEndpointThatAnswersSlowlyLosesTheCommonPermits() {
    Rig small = rig(Limits.standard().inFlight(8));
    small.webhook("a");
    small.engine.turnOn();
    small.run();
    small.sender.next(
        A,
        request -> {
          small.time.pass(Traffic.SLOW.plusNanos(1));
          return FakeSender.status(200);
        });
    small.publish("e");
    small.run();
    small.publish(8);
    assertEquals(2, small.exchanges.size());
  }

  @Test
  void goneDisablesHoldsAndIsAnnouncedOnceBeforeAndAfter() {
    Rig gone = rig(Samples.OPEN.disable(DisableRule.ON_GONE));
    gone.webhook("a");
    gone.engine.turnOn();
    gone.run();
    gone.sender.always(A, request -> FakeSender.status(410));
    List<DeliveryId> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.addAll(gone.publish("e" + i));
    }
    gone.run();
    gone.advance(Duration.ofHours(1));
    assertEquals(1, gone.sender.requests().size());
    assertEquals(List.of("disabling a", "disabled a true", "attempted 1 PENDING"), gone.told);
    ids.forEach(id -> assertEquals(DeliveryState.HELD, gone.delivery(id).state()));
    assertEquals("the endpoint answered 410 Gone", hold(gone));
  }

  private static String hold(Rig rig) {
    StoredWebhook stored =
        rig.store.webhooks().find(Tenant.DEFAULT, WebhookId.of("a")).orElseThrow();
    String why = stored.hold();
    assertNotNull(why);
    return why;
  }

  @Test
  void aDeliveryWithoutAttemptsLeftDisablesWhereTheContractSaysSo() {
    Rig strict = rig(Samples.OPEN.disable(DisableRule.ON_EXHAUSTED));
    strict.webhook("a");
    strict.engine.turnOn();
    strict.sender.always(A, request -> FakeSender.status(500));
    strict.publish("e");
    strict.run();
    strict.advance(Duration.ofHours(1));
    assertEquals("a delivery has used up all its attempts", hold(strict));
    assertEquals(
        List.of(
            "disabling a", "disabled a true", "attempted 4 EXHAUSTED", "exhausted RETRIES_USED_UP"),
        strict.told.subList(3, 7));
  }

  @Test
  void heldDeliveriesExpireTooAndAreTold() {
    Rig gone = rig(Samples.OPEN.disable(DisableRule.ON_GONE).maxAge(Duration.ofHours(2)));
    gone.webhook("a");
    gone.engine.turnOn();
    gone.sender.always(A, request -> FakeSender.status(410));
    DeliveryId id = gone.publish("e").get(0);
    gone.run();
    gone.told.clear();
    gone.advance(Duration.ofHours(1));
    assertEquals(DeliveryState.HELD, gone.delivery(id).state());
    gone.advance(Duration.ofMinutes(61));
    assertEquals(EndReason.EXPIRED, gone.delivery(id).ended());
    assertEquals(List.of("exhausted EXPIRED"), gone.told);
  }

  @Test
  void whatWasTooOldWhenItWasClaimedEndsWithoutAnAttempt() {
    rig.webhook("a");
    DeliveryId id = rig.publish("e").get(0);
    rig.time.pass(Samples.OPEN.maxAge().plusSeconds(1));
    rig.engine.turnOn();
    rig.run();
    assertEquals(0, rig.sender.requests().size());
    assertEquals(EndReason.EXPIRED, rig.delivery(id).ended());
    assertEquals(List.of("exhausted EXPIRED"), rig.told);
  }

  @Test
  void aRefusalOfOurOwnEndsADeliveryAtOnce() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.sender.always(A, request -> FakeSender.failed(FailureDetail.POLICY));
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    assertEquals(EndReason.PERMANENT_FAILURE, rig.delivery(id).ended());
    assertEquals(1, rig.delivery(id).attempts());
  }

  @Test
  void aBreakerRestsAFailingWebhookWithoutSpendingRetriesAndRampsItUp() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.sender.always(A, request -> FakeSender.failed(FailureDetail.CONNECT_REFUSED));
    for (int second = 0; second < 12; second++) {
      rig.publish(1);
      rig.advance(Duration.ofSeconds(1));
    }
    assertEquals(LaneState.FAILING, lane(rig, "a").state());
    long before = rig.sender.requests().size();
    rig.publish(10);
    rig.advance(Duration.ofSeconds(15));
    assertEquals(before, rig.sender.requests().size(), "nothing is sent, so nothing is spent");
    rig.sender.always(A, request -> FakeSender.status(200));
    rig.advance(Duration.ofSeconds(20));
    assertEquals(LaneState.RAMPING, lane(rig, "a").state());
    assertTrue(rig.sender.requests().size() > before);
    for (int second = 0; second < 60; second++) {
      rig.publish(1);
      rig.advance(Duration.ofSeconds(1));
    }
    assertEquals(LaneState.OPEN, lane(rig, "a").state());
  }

  @Test
  void aContractThatIsNotKnownHereIsSkippedWithoutSpinning() {
    Rig stranger = new Rig(rig.store, Samples.OPEN.named("other"), Limits.standard(), LEASE);
    rig.webhook("a");
    stranger.directory.refresh();
    DeliveryId id = rig.publish("e").get(0);
    stranger.engine.turnOn();
    stranger.run();
    for (int i = 0; i < 10; i++) {
      stranger.publish("more" + i);
      stranger.run();
    }
    stranger.advance(Duration.ofMinutes(10));
    assertEquals(0, stranger.sender.requests().size());
    assertTrue(rig.store.calls("claim") < 100, () -> rig.store.calls("claim") + " claims");
    assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
    assertEquals(0, rig.delivery(id).attempts());
    rig.engine.turnOn();
    rig.run();
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
  }

  @Test
  void aWebhookThatIsDeletedWhileItsDeliveryWaitsIsForgotten() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.publish("e");
    assertTrue(rig.store.webhooks().delete(Tenant.DEFAULT, WebhookId.of("a")));
    rig.directory.refresh();
    rig.run();
    assertEquals(0, rig.sender.requests().size());
    assertTrue(rig.engine.landed(Duration.ZERO));
  }

  @Test
  void anExecutorThatRejectsDelaysExchangesAndLosesNone() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.exchanges.rejecting(true);
    DeliveryId first = rig.publish("e").get(0);
    rig.advance(Duration.ofSeconds(1));
    rig.exchanges.rejecting(false);
    rig.exchanges.outOfThreads(true);
    DeliveryId second = rig.publish("f").get(0);
    rig.advance(Duration.ofSeconds(1));
    assertEquals(0, rig.engine.inFlight());
    rig.exchanges.outOfThreads(false);
    rig.advance(Duration.ofSeconds(1));
    assertEquals(DeliveryState.DELIVERED, rig.delivery(first).state());
    assertEquals(DeliveryState.DELIVERED, rig.delivery(second).state());
  }

  @Test
  void aStoreThatFailsEverywhereForAWhileIsRecoveredFrom() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    DeliveryId before = rig.publish("before").get(0);
    rig.store.fail();
    rig.run();
    StoreException refused = assertThrows(StoreException.class, () -> rig.publish("during"));
    assertEquals(
        "the store failed, so it is not known whether 1 events were stored:"
            + " publish them again, it is safe",
        refused.getMessage());
    rig.advance(Duration.ofSeconds(20));
    assertNotNull(rig.engine.lastStoreError());
    rig.store.work();
    rig.advance(Duration.ofSeconds(30));
    assertNull(rig.engine.lastStoreError());
    assertEquals(DeliveryState.DELIVERED, rig.delivery(before).state());
    DeliveryId again = rig.publish("during").get(0);
    rig.run();
    assertEquals(DeliveryState.DELIVERED, rig.delivery(again).state());
    assertTrue(rig.engine.landed(Duration.ZERO), "no promised place is left over");
    long warnings = Logged.lines().stream().filter(line -> line.contains("STORE failed")).count();
    assertEquals(1, warnings);
  }

  @Test
  void whatWasStoredAlthoughTheStoreThrewIsFoundAndSent() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.store.failAfterwards("add", () -> new IllegalStateException("connection lost"));
    assertThrows(StoreException.class, () -> rig.publish("e"));
    rig.store.work();
    rig.advance(LEASE.plusSeconds(1));
    assertEquals(1, rig.sender.requests().size());
    assertTrue(rig.engine.landed(Duration.ZERO));
  }

  @Test
  void aResultWhoseWriteThrewAfterwardsIsWrittenOnce() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.store.failAfterwards("record", () -> new IllegalStateException("connection lost"));
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    rig.store.work();
    rig.advance(Duration.ofSeconds(10));
    assertEquals(1, rig.attempts(id).size());
    assertEquals(1, rig.sender.requests().size());
  }

  @Test
  void anErrorOfTheStoreLeavesNoPromisedPlaceBehind() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.store.fail("add", StackOverflowError::new);
    assertThrows(StoreException.class, () -> rig.publish("e"));
    rig.store.work();
    rig.run();
    assertTrue(rig.engine.landed(Duration.ZERO));
  }

  @Test
  void stoppedItGivesBackWhatWaitsAndFinishesNothingMore() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.publish(30);
    rig.engine.turnOff();
    rig.run();
    assertEquals(0, rig.sender.requests().size());
    assertTrue(rig.engine.landed(Duration.ZERO));
    ClaimRequest other = new ClaimRequest("other", 100, 100, Map.of(), LEASE);
    assertEquals(30, rig.store.deliveries().claim(other).claims().size(), "at once");
  }

  @Test
  void stoppedAndStartedAgainRetriesAndSweepsGoOn() {
    Rig again = rig(Samples.OPEN.maxAge(Duration.ofHours(24)));
    again.webhook("a");
    again.engine.turnOn();
    again.sender.next(A, FakeSender.status(500), FakeSender.status(500));
    DeliveryId id = again.publish("e").get(0);
    again.run();
    again.engine.turnOff();
    again.run();
    again.engine.turnOn();
    again.run();
    again.advance(MINUTE);
    assertEquals(DeliveryState.DELIVERED, again.delivery(id).state());
    again.sender.always(A, request -> FakeSender.status(500));
    long before = again.store.calls("expire");
    again.advance(Duration.ofMinutes(3));
    assertTrue(again.store.calls("expire") > before);
  }

  @Test
  void whatIsCutOffByClosingIsGivenBackAndIsNoFailure() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.sender.next(
        A,
        request -> {
          rig.engine.turnOff();
          rig.engine.cancelling();
          return FakeSender.failed(FailureDetail.RESET);
        });
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    Delivery delivery = rig.delivery(id);
    assertEquals(0, delivery.attempts());
    assertEquals(DeliveryState.PENDING, delivery.state());
    assertTrue(rig.engine.landed(Duration.ZERO));
  }

  @Test
  void aSuccessWhileClosingIsRecorded() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.sender.next(
        A,
        request -> {
          rig.engine.turnOff();
          rig.engine.cancelling();
          return FakeSender.status(200);
        });
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
  }

  @Test
  void aSchedulerThatThrowsIsMadeUpForByTheNextPublish() {
    rig.webhook("a");
    rig.engine.turnOn();
    rig.run();
    rig.sender.next(A, FakeSender.status(500), FakeSender.status(500));
    rig.time.throwing(true);
    DeliveryId id = rig.publish("e").get(0);
    rig.run();
    rig.time.throwing(false);
    rig.time.pass(MINUTE);
    rig.engine.wake();
    rig.run();
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
  }

  @Test
  void aDelayOfTheStoreIsNotHeldAgainstTheEndpoint() {
    Rig small = rig(Limits.standard().inFlight(8));
    small.webhook("a");
    small.engine.turnOn();
    small.run();
    small.store.before("record", arguments -> small.time.pass(Duration.ofSeconds(1)));
    small.publish("e");
    small.run();
    small.store.work();
    small.publish(8);
    assertEquals(6, small.exchanges.size(), "it may use the common permits");
  }
}
