package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code DeliveryStore.record} promises of results. */
abstract class RecordingCompatibility extends ClaimingCompatibility {

  @Test
  void aDeliveredDeliveryIsDone() {
    DeliveryId id = deliver("e", webhook("a"));
    Delivery before = read(id);
    assertEquals(DeliveryState.PENDING, before.state(), "what was added is pending");
    assertNull(before.lastOutcome(), "there was no attempt yet");
    assertNotNull(before.nextAttempt(), "it is to be attempted");

    record(accepted(claimOne("what is due is claimed")));

    Delivery done = read(id);
    assertEquals(DeliveryState.DELIVERED, done.state(), "it is delivered");
    assertEquals(1, done.attempts(), "one attempt was recorded");
    assertEquals(new Outcome.Accepted(204), done.lastOutcome(), "its outcome is kept");
    assertNull(done.nextAttempt(), "nothing more is planned");
    assertNull(done.ended(), "it did not end without success");
    assertEquals(before.acceptedAt(), done.acceptedAt(), "when it was accepted does not change");
    pass(5);
    assertEquals(List.of(), claimAll(), "what is delivered is not granted again");
  }

  @Test
  void aRetryIsDueAfterItsDelayAndNotBefore() {
    DeliveryId id = deliver("e", webhook("a"));
    Claim first = claimOne("what is due is claimed");
    record(failed(first, new Next.DueIn(moments(3))));

    Delivery waiting = read(id);
    assertEquals(DeliveryState.PENDING, waiting.state(), "it waits for its retry");
    assertEquals(1, waiting.attempts(), "one attempt was recorded");
    pass(2);
    assertEquals(List.of(), claimAll(), "it is not granted before its delay has passed");
    pass(2);
    Claim second = claimOne("it is due when its delay has passed");
    assertEquals(1, second.round(), "a retry belongs to the round");
    assertEquals(1, second.attempts(), "the attempts of the round are counted");
    assertEquals(FailureReason.CONNECTION_FAILED, second.lastFailure(), "why the last one failed");
    assertEquals(2, second.fence(), "each claim counts the fence up");
    assertTrue(second.age().compareTo(moments(4)) >= 0, "a retry does not renew the age");
  }

  @Test
  void whyADeliveryWasGivenUpIsKept() {
    WebhookId a = webhook("a");
    List<EndReason> reasons =
        List.of(EndReason.RETRIES_USED_UP, EndReason.PERMANENT_FAILURE, EndReason.EXPIRED);
    for (EndReason reason : reasons) {
      DeliveryId id = deliver(reason.name(), a);
      record(failed(claimOne("what is due is claimed"), new Next.Exhausted(reason)));
      assertEquals(DeliveryState.EXHAUSTED, read(id).state(), "it is given up");
      assertEquals(reason, read(id).ended(), "why it was given up is kept");
    }
  }

  @Test
  void aDeliveryMayBeGivenUpWithoutAnAttempt() {
    DeliveryId id = deliver("e", webhook("a"));
    record(untried(claimOne("it is due"), new Next.Exhausted(EndReason.EXPIRED)));
    assertEquals(0, read(id).attempts(), "no attempt is counted where none was made");
    assertEquals(List.of(), history.attempts(id), "no attempt is kept where none was made");
  }

  @Test
  void whatIsGivenBackIsAsIfItHadNotBeenClaimed() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e1", a);
    Claim claim = claimOne("what is due is claimed");
    pass(1);
    DeliveryId later = deliver("e2", a);
    pass(1);

    record(untried(claim, new Next.GivenBack()));

    List<Claim> again = claimAll();
    assertEquals(List.of(id, later), ids(again), "it is due at once, in its old order");
    assertEquals(0, again.get(0).attempts(), "no attempt is counted");
    assertEquals(0, again.get(0).lapses(), "no lapse is counted");
    assertEquals(2, again.get(0).fence(), "the next claim has another fence");
  }

  @Test
  void aGivenBackClaimKeepsTheLapsesBeforeIt() {
    deliver("e", webhook("a"));
    claimOne("what is due is claimed");
    pass(5);
    record(untried(claimOne("its lease ran out"), new Next.GivenBack()));
    assertEquals(1, claimOne("it is due").lapses(), "a claim given back neither adds nor clears");
  }

  @Test
  void aStaleClaimantChangesNothing() {
    DeliveryId id = deliver("e", webhook("a"));
    Claim stale = claimOne("what is due is claimed");
    pass(5);
    Claim live = claimOne("its lease ran out");

    assertEquals(
        0,
        written(List.of(accepted(stale)), List.of()),
        "a result with an old fence is skipped and not counted");
    assertEquals(DeliveryState.PENDING, read(id).state(), "a stale result changes nothing");
    assertEquals(List.of(), history.attempts(id), "a stale result leaves no attempt");
    record(accepted(live));
  }

  @Test
  void aClaimantFromBeforeAReplayChangesNothing() {
    DeliveryId id = deliver("e", webhook("a"));
    Claim stale = claimOne("what is due is claimed");
    pass(5);
    assertEquals(1, history.discard(DeliveryQuery.of(TENANT, id), 1), "no claim lives any more");
    assertEquals(1, history.requeue(DeliveryQuery.of(TENANT, id), 1), "it is replayed");
    Claim live = claimOne("what is replayed is claimed");

    assertEquals(
        0,
        written(List.of(accepted(stale)), List.of()),
        "fences are never used again, a discarded and replayed delivery's included");
    record(accepted(live));
  }

  @Test
  void aLateResultIsWrittenWhileNobodyElseHasClaimed() {
    DeliveryId id = deliver("e", webhook("a"));
    Claim late = claimOne("what is due is claimed");
    pass(5);
    record(accepted(late));
    assertEquals(DeliveryState.DELIVERED, read(id).state(), "its fence was still the delivery's");
  }

  @Test
  void aResultIsWrittenOnce() {
    DeliveryId id = deliver("e", webhook("a"));
    Finished result = failed(claimOne("it is due"), new Next.DueIn(moments(1)));
    record(result);
    assertEquals(0, written(List.of(result), List.of()), "a repeated result is not written");
    assertEquals(1, read(id).attempts(), "repeating record does not count an attempt twice");
    assertEquals(1, history.attempts(id).size(), "repeating record keeps an attempt once");
  }

  @Test
  void recordCountsWhatItWrote() {
    WebhookId a = webhook("a");
    deliver("e1", a);
    deliver("e2", a);
    List<Claim> claims = claimAll();
    Finished unknown = new Finished(DeliveryId.of("unknown"), 1, null, new Next.Delivered());
    Finished wrongFence = new Finished(claims.get(1).id(), 7, null, new Next.Delivered());
    assertEquals(
        1,
        written(List.of(unknown, wrongFence, accepted(claims.get(0))), List.of()),
        "record returns how many results were written");
  }

  @Test
  void resultsAndLaneChangesAreWrittenTogether() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    DeliveryId id = deliver("e", a);
    Claim claim = claimOne("what is due is claimed");

    int written =
        written(
            List.of(accepted(claim)),
            List.of(
                new LaneChange.Disable(WebhookId.of("gone"), "it is gone"),
                new LaneChange.Disable(a, "it answered 410"),
                new LaneChange.Gate(b, LaneState.GATED, moments(2), "it asked to wait", null)));

    assertEquals(1, written, "only results are counted");
    assertEquals(DeliveryState.DELIVERED, read(id).state(), "the result is written");
    assertEquals("it answered 410", stored(a).webhook().disabled(), "the hold is written");
    assertEquals(
        LaneState.GATED,
        history.lane(b).orElseThrow().state(),
        "a change of a lane that is gone does not keep others from being written");
  }

  @Test
  void attemptsComeBackWholeAndNewestFirst() {
    DeliveryId id = deliver("e", webhook("a"));
    List<Attempt> made = new ArrayList<>();
    for (Outcome outcome : everyOutcome()) {
      Claim claim = claimOne("what is due is claimed");
      Attempt attempt = odd(made.size() + 1, outcome);
      made.add(attempt);
      record(new Finished(id, claim.fence(), attempt, new Next.DueIn(Duration.ZERO)));
      assertEquals(outcome, read(id).lastOutcome(), "the last outcome is the newest");
    }
    Collections.reverse(made);
    assertEquals(made, history.attempts(id), "attempts come back as they were, newest first");
  }

  private static List<Outcome> everyOutcome() {
    List<Outcome> all = new ArrayList<>();
    for (FailureDetail detail : FailureDetail.values()) {
      all.add(Outcome.Failed.of(detail));
    }
    all.add(Outcome.Failed.status(500, null));
    all.add(Outcome.Failed.status(429, Duration.ZERO));
    all.add(Outcome.Failed.status(503, Duration.ofSeconds(1_000_000)));
    all.add(new Outcome.Accepted(202));
    return all;
  }

  private static Attempt odd(int number, Outcome outcome) {
    String snippet = "\u00fc'\"\\ \ud83d\udcef ".repeat(200).substring(0, 1024 - number);
    String whole =
        Character.isHighSurrogate(snippet.charAt(snippet.length() - 1))
            ? snippet.substring(0, snippet.length() - 1)
            : snippet;
    Instant startedAt = LONG_AGO.plusSeconds(number);
    Duration took = Duration.ofNanos(1_234_567_000L);
    return new Attempt(
        1, number, startedAt, took, outcome, number % 3 == 0 ? "" : whole, number % 2 == 0);
  }

  @Test
  void aDeliveryWithoutAttemptsHasNone() {
    DeliveryId id = deliver("e", webhook("a"));
    assertEquals(List.of(), history.attempts(id), "nothing has been attempted");
    assertEquals(List.of(), history.attempts(DeliveryId.of("unknown")), "nothing is known of it");
  }
}
