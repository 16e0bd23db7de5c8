package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ClaimerTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Claims NOTHING = new Claims(List.of(), Claims.NEVER);

  private final HandTime time = new HandTime();
  private final HandExecutor chores = new HandExecutor();
  private final Household house =
      Household.of(
          new Host("node", time, time.ticks(), new Random(1), () -> "id", time, chores, chores));
  private final Lanes lanes =
      new Lanes(Limits.standard().inFlight(8).inFlightPerWebhook(2), time.ticks());
  private final List<ClaimRequest> requests = new ArrayList<>();
  private final List<Job> givenBack = new ArrayList<>();
  private Function<ClaimRequest, Claims> answer = request -> NOTHING;
  private int pumped;
  private int numbers;
  private final Claimer claimer =
      new Claimer(new Scripted(), lanes, LEASE, house, givenBack::addAll, () -> pumped++);

  private final class Scripted implements DeliveryStore {
    @Override
    public Claims claim(ClaimRequest request) {
      requests.add(request);
      return answer.apply(request);
    }

    @Override
    public List<Added> add(List<NewEvent> events, Duration lease) {
      throw new AssertionError("not asked for");
    }

    @Override
    public Set<DeliveryId> record(List<Finished> finished, List<LaneChange> changes) {
      throw new AssertionError("not asked for");
    }
  }

  private void runChores() {
    for (int i = 0; chores.runNext(); i++) {
      assertTrue(i < 100, "it spins");
    }
  }

  private List<Claim> claims(String webhook, int count) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      claims.add(Samples.claim(webhook, "d" + ++numbers));
    }
    return claims;
  }

  @Test
  void offItDoesNotLook() {
    claimer.lookSoon();
    claimer.lookWithin(Duration.ofSeconds(1));
    time.advance(Duration.ofMinutes(1));
    runChores();
    assertEquals(List.of(), requests);
    claimer.turnOn();
    runChores();
    assertEquals(1, requests.size());
    claimer.turnOff();
    claimer.lookSoon();
    claimer.lookWithin(Duration.ofSeconds(1));
    time.advance(Duration.ofMinutes(1));
    runChores();
    assertEquals(1, requests.size());
  }

  @Test
  void turnedOffBetweenAskingAndLookingItDoesNotClaim() {
    claimer.turnOn();
    claimer.turnOff();
    runChores();
    assertEquals(List.of(), requests);
  }

  @Test
  void itAsksForWhatThereIsRoomFor() {
    claimer.turnOn();
    runChores();
    Lanes.Room room = lanes.room();
    assertEquals(
        List.of(new ClaimRequest("node", room.max(), room.perLane(), room.lanes(), LEASE)),
        requests);
  }

  @Test
  void withoutRoomItDoesNotAskUntilThereIsSome() {
    WebhookId id = WebhookId.of("w");
    int promised = 0;
    while (lanes.reserve(id, Tenant.DEFAULT)) {
      promised++;
    }
    assertTrue(promised > 0);
    claimer.turnOn();
    runChores();
    claimer.lookIfHungry();
    runChores();
    assertEquals(List.of(), requests);
    for (int i = 0; i < promised; i++) {
      lanes.release(id);
    }
    claimer.lookIfHungry();
    runChores();
    assertEquals(1, requests.size());
  }

  @Test
  void itLooksOnceHoweverOftenItIsAsked() {
    claimer.turnOn();
    for (int i = 0; i < 50; i++) {
      claimer.lookSoon();
    }
    assertEquals(1, chores.size());
    runChores();
    assertEquals(1, requests.size());
    claimer.lookIfHungry();
    runChores();
    assertEquals(1, requests.size());
  }

  @Test
  void whoBecomesHungryWhileALookIsUnderWayGetsAnother() {
    answer =
        request -> {
          answer = unused -> NOTHING;
          claimer.lookSoon();
          return NOTHING;
        };
    claimer.turnOn();
    runChores();
    assertEquals(2, requests.size());
    assertTrue(claimer.nothingLeft());
  }

  @Test
  void whatIsClaimedGoesToItsLaneAndIsSent() {
    answer =
        request -> {
          answer = unused -> NOTHING;
          return new Claims(claims("w", 1), Claims.NEVER);
        };
    claimer.turnOn();
    runChores();
    assertEquals(1, pumped);
    List<Job> taken = lanes.take();
    assertEquals(1, taken.size());
    assertEquals(time.ticks().getAsLong() + LEASE.toNanos(), taken.get(0).leaseEnds);
  }

  @Test
  void aLeaseCountsFromBeforeTheStoreWasAsked() {
    answer =
        request -> {
          answer = unused -> NOTHING;
          time.pass(Duration.ofSeconds(10));
          return new Claims(claims("w", 1), Claims.NEVER);
        };
    long before = time.ticks().getAsLong();
    claimer.turnOn();
    runChores();
    assertEquals(before + LEASE.toNanos(), lanes.take().get(0).leaseEnds);
  }

  @Test
  void moreAtOnceIsFetchedWhileThereIsRoomAndNoLonger() {
    answer =
        request -> new Claims(claims("w" + numbers, Math.min(2, request.max())), Duration.ZERO);
    claimer.turnOn();
    runChores();
    assertTrue(requests.size() > 1);
    assertTrue(requests.size() < 20, () -> requests.size() + " looks");
    assertFalse(claimer.satisfied());
  }

  @Test
  void theTimeUntilTheNextIsDueSetsTheAlarm() {
    answer = request -> new Claims(List.of(), Duration.ofMinutes(5));
    claimer.turnOn();
    runChores();
    assertEquals(Duration.ofMinutes(5), time.first());
    assertTrue(claimer.satisfied());
    assertFalse(claimer.nothingLeft());
    time.advance(Duration.ofMinutes(5));
    runChores();
    assertEquals(2, requests.size());
  }

  @Test
  void nothingToComeSetsNoAlarm() {
    claimer.turnOn();
    runChores();
    assertEquals(0, time.outstanding());
    assertTrue(claimer.satisfied());
    assertTrue(claimer.nothingLeft());
  }

  @Test
  void aStoreThatFailsIsAskedAgainForAsLongAsItFailsLessAndLessOften() {
    answer =
        request -> {
          throw new IllegalStateException("down");
        };
    claimer.turnOn();
    runChores();
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pauses.add(time.first().toMillis());
      time.advance(time.first());
      runChores();
    }
    assertEquals(
        List.of(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L), pauses.subList(0, 8));
    assertEquals(5_000L, pauses.get(99));
    assertNotNull(house.troubles().lastStoreError());
    assertFalse(claimer.satisfied());
    answer = request -> NOTHING;
    time.advance(time.first());
    runChores();
    assertNull(house.troubles().lastStoreError());
    assertTrue(claimer.satisfied());
    answer =
        request -> {
          throw new NoClassDefFoundError("driver");
        };
    claimer.lookSoon();
    runChores();
    assertEquals(Duration.ofMillis(100), time.first(), "patience is back, for Errors too");
  }

  @Test
  void anExecutorThatRejectsIsAskedAgainSoon() {
    chores.rejecting(true);
    claimer.turnOn();
    chores.rejecting(false);
    time.advance(Duration.ofMillis(100));
    runChores();
    assertEquals(1, requests.size());
    chores.outOfThreads(true);
    claimer.lookSoon();
    chores.outOfThreads(false);
    time.advance(Duration.ofMillis(100));
    runChores();
    assertEquals(2, requests.size());
  }

  @Test
  void whatArrivesForALaneThatWasClosedMeanwhileIsGivenBack() {
    answer =
        request -> {
          answer = unused -> NOTHING;
          lanes.close(WebhookId.of("w"), Tenant.DEFAULT);
          lanes.reopen(WebhookId.of("w"), Tenant.DEFAULT);
          return new Claims(claims("w", 2), Claims.NEVER);
        };
    claimer.turnOn();
    runChores();
    assertEquals(2, givenBack.size());
    assertTrue(lanes.isEmpty());
  }

  @Test
  void turnedOnAgainItsAlarmRingsAgain() {
    claimer.turnOn();
    runChores();
    claimer.turnOff();
    answer = request -> new Claims(List.of(), Duration.ofMinutes(1));
    claimer.turnOn();
    runChores();
    int before = requests.size();
    time.advance(Duration.ofMinutes(1));
    runChores();
    assertEquals(before + 1, requests.size());
  }
}
