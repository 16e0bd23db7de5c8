package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code DeliveryStore.claim} promises. */
abstract class ClaimingCompatibility extends AddingCompatibility {

  @Test
  void aClaimHoldsWhatTheEngineNeeds() {
    WebhookId a = webhook("a");
    rewrite(a, null, null, null);
    deliver("e", a);
    pass(2);

    Claim claim = claimOne("what is due is claimed");

    assertEquals(deliveryId("e", a), claim.id(), "which delivery");
    assertEquals(1, claim.fence(), "the first claim has fence 1");
    assertEquals(a, claim.webhook(), "where it goes");
    assertEquals(2, claim.webhookVersion(), "the webhook's stored version");
    assertEquals(key("e"), claim.event(), "which event");
    assertEquals(TYPE, claim.type(), "the event's type");
    assertEquals(1, claim.round(), "the first round is 1");
    assertEquals(0, claim.attempts(), "it has not been attempted");
    assertEquals(0, claim.lapses(), "no lease has lapsed");
    assertEquals(oldAge(), claim.maxAge(), "its maximum age");
    assertNull(claim.lastFailure(), "it has not failed");
    assertEquals(read(claim.id()).acceptedAt(), claim.acceptedAt(), "when its event was accepted");
    assertNull(claim.ramp(), "its lane has no pace");
    assertBetween(moments(2), claim.age(), moments(4), "its age counts from when it was added");
  }

  @Test
  void ofALaneTheOldestDueComesFirst() {
    WebhookId a = webhook("a");
    DeliveryId retried = deliver("retried", a);
    Claim first = claimOne("what is due is claimed");
    DeliveryId second = deliver("second", a);
    pass(1);
    DeliveryId third = deliver("third", a);
    record(failed(first, new Next.DueIn(moments(1))));
    pass(2);
    assertEquals(
        List.of(second, third, retried), ids(claimAll()), "of a lane the oldest due comes first");
  }

  @Test
  void noMoreOfALaneIsGrantedThanThereIsRoomFor() {
    WebhookId named = webhook("named");
    WebhookId skipped = webhook("skipped");
    WebhookId other = webhook("other");
    for (int i = 0; i < 9; i++) {
      add(event("e" + i, named, skipped, other));
    }
    List<Claim> claims = deliveries.claim(request(MANY, 4, Map.of(named, 7, skipped, 0))).claims();
    assertEquals(7, of(named, claims), "a named lane gets its room");
    assertEquals(0, of(skipped, claims), "a lane with room 0 is skipped");
    assertEquals(4, of(other, claims), "a lane that is not named gets perLane");
  }

  @Test
  void withoutRoomForOthersOnlyNamedLanesAreServed() {
    WebhookId named = webhook("named");
    WebhookId other = webhook("other");
    for (int i = 0; i < 3; i++) {
      add(event("e" + i, named, other));
    }
    Claims claims = deliveries.claim(request(MANY, 0, Map.of(named, 9)));
    assertEquals(3, of(named, claims.claims()), "a named lane gets its room");
    assertEquals(0, of(other, claims.claims()), "perLane 0 skips all that are not named");
    assertTrue(
        claims.more().compareTo(Duration.ZERO) > 0, "what is skipped is no reason to ask again");
    assertEquals(3, of(other, claimAll()), "it waits for whoever has room");
  }

  @Test
  void aClaimTellsWhenItsEventWasAcceptedInEveryRound() {
    DeliveryId id = deliver("e", webhook("a"));
    Instant accepted = read(id).acceptedAt();
    pass(2);
    record(accepted(claimOne("what is due is claimed")));
    pass(2);
    assertEquals(1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "it is replayed");
    Claim again = claimOne("a replay is due");
    assertEquals(2, again.round(), "a new round");
    assertEquals(accepted, again.acceptedAt(), "the event was accepted when it was");
  }

  @Test
  void noMoreThanTheMaximumIsGranted() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    for (int i = 0; i < 9; i++) {
      add(event("e" + i, a, b));
    }
    assertEquals(5, claim(5, 4).claims().size(), "no more than max is granted");
  }

  @Test
  void everyLaneGetsItsTurn() {
    WebhookId[] lanes = {webhook("a"), webhook("b"), webhook("c")};
    for (int i = 0; i < 5; i++) {
      add(event("e" + i, lanes));
    }
    Set<WebhookId> served = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      claim(1, 1).claims().forEach(one -> served.add(one.webhook()));
    }
    assertEquals(Set.of(lanes), served, "three claims of one each serve three lanes in turn");
  }

  @Test
  void claimsOfOneEventShareItsContent() {
    add(event("e", webhook("a"), webhook("b")));
    List<Claim> claims = claimAll();
    assertEquals(2, claims.size(), "both are granted");
    assertSame(
        claims.get(0).content(), claims.get(1).content(), "an event's content is there once");
  }

  @Test
  void aClaimedDeliveryIsNotGrantedAgainWithinItsLease() {
    deliver("e", webhook("a"));
    claimOne("what is due is claimed");
    pass(3);
    assertEquals(List.of(), claimAll(), "a claim lasts as long as its lease");
  }

  @Test
  void aLeaseThatRanOutIsDueAndCounted() {
    deliver("e", webhook("a"));
    claimOne("what is due is claimed");
    pass(5);
    Claim second = claimOne("a lease that ran out is due");
    assertEquals(2, second.fence(), "each claim counts the fence up");
    assertEquals(1, second.lapses(), "a lease that ran out is counted");
    pass(5);
    Claim third = claimOne("a lease that ran out is due");
    assertEquals(2, third.lapses(), "leases that ran out in a row add up");

    record(failed(third, new Next.DueIn(Duration.ZERO)));
    assertEquals(0, claimOne("it is due").lapses(), "a result ends the row of lapses");
  }

  @Test
  void whatIsTooOldIsStillGranted() {
    WebhookId a = webhook("a");
    add(event("e", moments(2), false, a));
    pass(3);
    Claim claim = claimOne("what is too old is granted, to be given up");
    assertTrue(claim.age().compareTo(claim.maxAge()) > 0, "its age tells that it is too old");
  }

  @Test
  void moreIsNeverWhileNothingWaits() {
    WebhookId a = webhook("a");
    assertEquals(Claims.NEVER, claim(1, 1).more(), "nothing waits in an empty store");
    deliver("e", a);
    disable(a);
    assertEquals(Claims.NEVER, claim(1, 1).more(), "what is held does not wait");
  }

  @Test
  void moreIsZeroWhenTheMaximumCutSomethingOff() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    add(event("e", a, b));
    assertEquals(Duration.ZERO, claim(1, 5).more(), "another lane is due now");
    claimAll();
    deliver("e1", a);
    deliver("e2", a);
    assertEquals(Duration.ZERO, claim(1, 5).more(), "the same lane has more that is due now");
  }

  @Test
  void moreTellsWhenTheNextIsDue() {
    WebhookId a = webhook("a");
    deliver("e", a);
    Claim claim = claimOne("what is due is claimed");
    record(failed(claim, new Next.DueIn(moments(3))));

    Claims none = claim(10, 10);
    assertEquals(List.of(), none.claims(), "nothing is granted before it is due");
    assertBetween(moments(2), none.more(), moments(3), "more is the wait until the next is due");

    passTime(none.more());
    claimOne("it is due when more has passed");
  }

  @Test
  void moreDoesNotTellOfLanesWithoutRoom() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 3; i++) {
      deliver("e" + i, a);
    }
    assertEquals(
        Claims.NEVER,
        deliveries.claim(request(10, 10, Map.of(a, 0))).more(),
        "a lane that is skipped is not waited for");
    assertEquals(
        Claims.NEVER,
        deliveries.claim(request(10, 10, Map.of(a, 2))).more(),
        "a lane whose room was filled is not waited for");
    assertEquals(
        Claims.NEVER,
        deliveries.claim(request(10, 10, Map.of(a, 1))).more(),
        "a lane whose room was filled is not waited for, not even for its leases");
  }

  @Test
  void moreTellsWhenALeaseEnds() {
    deliver("e", webhook("a"));
    claim(10, 10);
    Duration more = claim(10, 10).more();
    assertBetween(moments(3), more, lease(), "a lease that runs out is due");
  }

  static long of(WebhookId lane, List<Claim> claims) {
    return claims.stream().filter(one -> one.webhook().equals(lane)).count();
  }
}
