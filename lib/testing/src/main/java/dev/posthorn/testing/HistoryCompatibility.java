package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code DeliveryHistory} promises. */
abstract class HistoryCompatibility extends LaneCompatibility {

  @Test
  void theLogGoesFromNewestToOldestInStablePages() {
    WebhookId a = webhook("a");
    List<DeliveryId> newestFirst = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      newestFirst.add(0, deliver("e" + i, a));
    }
    DeliveryQuery query = DeliveryQuery.of(TENANT, a);
    Page<Delivery> first = history.list(query, Page.first(3));
    deliver("new", a);
    Page<Delivery> second = history.list(query, Page.after(first.next().orElseThrow(), 3));
    Page<Delivery> third = history.list(query, Page.after(second.next().orElseThrow(), 3));

    List<DeliveryId> read = new ArrayList<>();
    List.of(first, second, third).forEach(page -> page.items().forEach(one -> read.add(one.id())));
    assertEquals(newestFirst, read, "pages go on where the last one ended, whatever was added");
    assertEquals(Optional.empty(), third.next(), "the last page has no next");
    assertEquals(
        Optional.empty(),
        history.list(query, Page.first(8)).next(),
        "a page that holds all has no next");
  }

  @Test
  void theDeliveriesOfOneEventAreInPagesToo() {
    WebhookId[] all = {webhook("a"), webhook("b"), webhook("c")};
    add(event("e", all));
    DeliveryQuery query = DeliveryQuery.of(key("e"));
    Page<Delivery> first = history.list(query, Page.first(2));
    Page<Delivery> second = history.list(query, Page.after(first.next().orElseThrow(), 2));
    List<Delivery> read = new ArrayList<>(first.items());
    read.addAll(second.items());
    assertEquals(
        Set.of(all),
        Set.copyOf(read.stream().map(Delivery::webhook).toList()),
        "each delivery of the event is on one page");
    assertEquals(3, read.size(), "each delivery of the event is on one page");
  }

  @Test
  void aCursorThatIsNoneIsRefused() {
    WebhookId a = webhook("a");
    Page.Request bad = Page.after("no cursor!", 10);
    assertThrows(
        IllegalArgumentException.class,
        () -> history.list(DeliveryQuery.of(TENANT, a), bad),
        "a cursor that no page returned is refused");
    assertThrows(
        IllegalArgumentException.class,
        () -> webhooks.list(TENANT, bad),
        "a cursor that no page returned is refused");
    assertThrows(
        IllegalArgumentException.class,
        () -> webhooks.changedSince("no cursor!", 10),
        "a cursor that was not returned is refused");
  }

  @Test
  void aQueryFindsWhatFulfilsAllOfIt() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    add(event("e", a, b));
    record(accepted(deliveries.claim(request(1, 1, Map.of(b, 0))).claims().get(0)));
    disable(b);

    assertEquals(
        List.of(deliveryId("e", a)),
        found(DeliveryQuery.of(key("e")).in(Set.of(DeliveryState.DELIVERED))),
        "states narrow a query");
    assertEquals(
        List.of(deliveryId("e", b)),
        found(DeliveryQuery.of(key("e")).in(Set.of(DeliveryState.HELD))),
        "what a held lane has is found as held");
    assertEquals(
        List.of(),
        found(DeliveryQuery.of(key("e")).in(Set.of(DeliveryState.PENDING))),
        "what a held lane has is not found as pending");
    Set<DeliveryState> all = EnumSet.allOf(DeliveryState.class);
    assertEquals(
        List.of(deliveryId("e", b)),
        found(new DeliveryQuery(TENANT, b, null, key("e"), all)),
        "webhook and event both count");
    assertEquals(
        List.of(),
        found(new DeliveryQuery(TENANT, b, deliveryId("e", a), null, all)),
        "webhook and delivery both count");
    assertEquals(
        List.of(), found(DeliveryQuery.of(OTHER_TENANT, a)), "another tenant's are not found");
    assertEquals(
        List.of(),
        found(DeliveryQuery.of(OTHER_TENANT, deliveryId("e", a))),
        "another tenant's are not found");
    assertEquals(
        0,
        history.remove(DeliveryQuery.of(OTHER_TENANT, a), 10),
        "another tenant's are not removed");
  }

  @Test
  void replayingWhatEndedStartsANewRound() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e", a);
    Delivery before = read(id);
    record(failed(claimOne("due"), new Next.Exhausted(EndReason.RETRIES_USED_UP)));
    pass(1);

    assertEquals(1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "it is changed");

    Delivery replayed = read(id);
    assertEquals(DeliveryState.PENDING, replayed.state(), "it is pending again");
    assertEquals(2, replayed.round(), "it is in its second round");
    assertEquals(0, replayed.attempts(), "a round starts without attempts");
    assertNull(replayed.ended(), "it has not ended");
    assertEquals(before.acceptedAt(), replayed.acceptedAt(), "when it was accepted stays");
    Claim claim = claimOne("it is due now");
    assertEquals(id, claim.id(), "a replay keeps the delivery's id");
    assertEquals(2, claim.round(), "it is in its second round");
    assertEquals(0, claim.attempts(), "a round starts without attempts");
    assertNull(claim.lastFailure(), "nothing of this round has failed");
    assertBetween(Duration.ZERO, claim.age(), moments(1), "a round starts with a new age");

    record(accepted(claim));
    assertEquals(
        List.of(2, 1),
        history.attempts(id).stream().map(Attempt::round).toList(),
        "the attempts of all rounds are kept");
    assertEquals(
        1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "what was delivered may be replayed");
  }

  @Test
  void aRoundStartsWithoutLapses() {
    DeliveryId id = deliver("e", webhook("a"));
    claimOne("what is due is claimed");
    pass(5);
    assertEquals(1, claimOne("its lease ran out").lapses(), "a lapse is counted");
    pass(5);
    assertEquals(1, history.discard(DeliveryQuery.of(TENANT, id), 1), "no claim lives any more");
    assertEquals(1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "it is changed");
    assertEquals(0, claimOne("it is due now").lapses(), "a round starts without lapses");
  }

  @Test
  void replayingWhatWaitsMakesItDueWithinItsRound() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e", a);
    record(failed(claimOne("due"), new Next.DueIn(moments(100))));

    assertEquals(1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "it is changed");

    Claim claim = claimOne("it is due now");
    assertEquals(1, claim.round(), "it keeps its round");
    assertEquals(1, claim.attempts(), "it keeps its attempts");
    assertEquals(
        0, history.requeue(DeliveryQuery.of(TENANT, id), 1), "what is claimed stays as it is");
    record(accepted(claim));
  }

  @Test
  void replayingInBulkEndsWhenNothingIsLeft() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, a);
    }
    claimAll().forEach(one -> record(failed(one, new Next.Exhausted(EndReason.RETRIES_USED_UP))));
    DeliveryQuery ended = DeliveryQuery.of(TENANT, a).in(Set.of(DeliveryState.EXHAUSTED));
    assertEquals(3, history.requeue(ended, 3), "no more than the limit is changed");
    assertEquals(2, history.requeue(ended, 3), "the rest is changed");
    assertEquals(0, history.requeue(ended, 3), "nothing is left");
    assertEquals(5, claimAll().size(), "all are due");
  }

  @Test
  void whatItsOwnerDiscardsIsNotSent() {
    WebhookId a = webhook("a");
    DeliveryId claimed = deliver("claimed", a);
    claimOne("due");
    for (int i = 0; i < 3; i++) {
      deliver("e" + i, a);
    }
    disable(a);
    DeliveryQuery query = DeliveryQuery.of(TENANT, a);

    assertEquals(2, history.discard(query, 2), "no more than the limit is discarded");
    assertEquals(1, history.discard(query, 2), "the rest is discarded, what is claimed excepted");

    assertEquals(DeliveryState.HELD, read(claimed).state(), "what is claimed stays as it is");
    Delivery discarded = read(deliveryId("e0", a));
    assertEquals(DeliveryState.DISCARDED, discarded.state(), "it is discarded");
    assertEquals(EndReason.DISCARDED_BY_OWNER, discarded.ended(), "by its owner");
    enable(a);
    assertEquals(List.of(), claimAll(), "what is discarded is not sent");
  }

  @Test
  void aResultThatComesAfterADiscardIsSkipped() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e", a);
    Claim claim = claimOne("due");
    pass(5);
    assertEquals(
        1,
        history.discard(DeliveryQuery.of(TENANT, a), 10),
        "a claim whose lease ran out is none any more");
    assertEquals(0, written(List.of(accepted(claim)), List.of()), "its result is skipped");
    assertEquals(DeliveryState.DISCARDED, read(id).state(), "it stays discarded");
  }

  @Test
  void whatEndedIsForgottenWithItsAttemptsAndItsEvent() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    add(event("e", a, b));
    DeliveryId waiting = deliver("waiting", a);
    for (Claim claim : claimAll()) {
      record(claim.id().equals(waiting) ? untried(claim, new Next.GivenBack()) : accepted(claim));
    }
    assertEquals(
        1, history.remove(DeliveryQuery.of(TENANT, a), 10), "only what has ended is forgotten");
    assertEquals(
        List.of(waiting), log(a).stream().map(Delivery::id).toList(), "what is pending stays");
    assertEquals(
        List.of(), history.attempts(deliveryId("e", a)), "attempts go with their delivery");
    assertEquals(Status.KNOWN, add(event("e", a)).status(), "its event has a delivery left");

    assertEquals(1, history.remove(DeliveryQuery.of(TENANT, b), 10), "the last one is forgotten");
    assertEquals(Status.NEW, add(event("e", a)).status(), "its event is forgotten with the last");
  }

  @Test
  void noMoreIsForgottenThanAskedFor() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, a);
    }
    claimAll().forEach(one -> record(accepted(one)));
    assertEquals(3, history.remove(DeliveryQuery.of(TENANT, a), 3), "the limit holds");
    assertEquals(2, log(a).size(), "the limit holds");
  }

  @Test
  void whatIsTooOldExpiresWhereverItWaits() {
    WebhookId open = webhook("open");
    WebhookId held = webhook("held");
    WebhookId gated = webhook("gated");
    add(event("claimed", moments(2), false, open));
    claimOne("due");
    add(event("old", moments(2), false, open, held, gated));
    deliver("young", open);
    disable(held);
    gate(gated, 100);
    assertEquals(List.of(), history.expire(10), "nothing is too old");
    pass(3);

    List<Delivery> expired = new ArrayList<>(history.expire(2));
    assertEquals(2, expired.size(), "no more than the limit expires");
    expired.addAll(history.expire(2));

    assertEquals(
        Set.of(deliveryId("old", open), deliveryId("old", held), deliveryId("old", gated)),
        Set.copyOf(expired.stream().map(Delivery::id).toList()),
        "what is too old expires in open, held and gated lanes, claimed ones excepted");
    for (Delivery one : expired) {
      assertEquals(DeliveryState.EXHAUSTED, one.state(), "it is given up");
      assertEquals(EndReason.EXPIRED, one.ended(), "because it was too old");
      assertEquals(one, read(one.id()), "expire returns them as they stand now");
    }
    assertEquals(List.of(), history.expire(10), "what expired does not expire again");
    assertEquals(List.of(deliveryId("young", open)), ids(claimAll()), "what is young enough stays");
  }

  @Test
  void aReplayStartsANewAge() {
    WebhookId a = webhook("a");
    add(event("e", moments(3), false, a));
    pass(4);
    assertEquals(1, history.expire(10).size(), "it is too old");
    history.requeue(DeliveryQuery.of(TENANT, a), 10);
    pass(1);
    assertEquals(List.of(), history.expire(10), "a new round has a new age");
    pass(3);
    assertEquals(1, history.expire(10).size(), "a new round expires as well");
  }

  @Test
  void aTestIsKeptAsFinished() {
    WebhookId a = webhook("a");
    disable(a);
    Attempt good = attempt(1, 1, new Outcome.Accepted(200));
    Attempt bad = attempt(1, 1, Outcome.Failed.of(FailureDetail.TLS));

    history.keepTest(event("good", a), good);
    history.keepTest(event("bad", a), bad);

    Delivery accepted = read(deliveryId("good", a));
    assertEquals(DeliveryState.DELIVERED, accepted.state(), "an accepted test is delivered");
    assertEquals(1, accepted.attempts(), "a test is one attempt");
    assertEquals(List.of(good), history.attempts(accepted.id()), "its attempt is kept");
    Delivery failed = read(deliveryId("bad", a));
    assertEquals(DeliveryState.EXHAUSTED, failed.state(), "a failed test is not retried");
    assertEquals(EndReason.TEST, failed.ended(), "because it was a test");
    assertEquals(bad.outcome(), failed.lastOutcome(), "its outcome is kept");
    enable(a);
    assertEquals(List.of(), claimAll(), "a test is not sent again");
  }

  private List<DeliveryId> found(DeliveryQuery query) {
    return history.list(query, Page.first(100)).items().stream().map(Delivery::id).toList();
  }
}
