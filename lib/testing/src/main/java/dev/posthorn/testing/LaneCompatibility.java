package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Claims;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is promised of lanes: held, gated, paced, open, and what is reported of them. */
abstract class LaneCompatibility extends RecordingCompatibility {

  @Test
  void nothingIsGrantedWhileAGateLasts() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e", a);
    gate(a, 3);

    Claims none = claim(10, 10);
    assertEquals(List.of(), none.claims(), "nothing is granted of a gated lane");
    assertBetween(moments(2), none.more(), moments(3), "more considers gates");
    Delivery waiting = read(id);
    assertEquals(DeliveryState.PENDING, waiting.state(), "gated is not held");
    assertNotNull(waiting.nextAttempt(), "it is planned");
    assertFalse(
        waiting.nextAttempt().isBefore(waiting.acceptedAt().plus(moments(3))),
        "it is not planned before the gate ends");

    passTime(none.more());
    claimOne("a gate ends by itself");
  }

  @Test
  void aRetryThatIsDueWithinAGateWaitsForItsEnd() {
    WebhookId a = webhook("a");
    deliver("e", a);
    Claim claim = claimOne("what is due is claimed");
    gate(a, 3);
    record(failed(claim, new Next.DueIn(Duration.ZERO)));

    Claims none = claim(10, 10);
    assertEquals(List.of(), none.claims(), "nothing is granted of a gated lane");
    assertBetween(moments(2), none.more(), moments(3), "more considers gates, for retries too");
    passTime(none.more());
    claimOne("a gate ends by itself");
  }

  @Test
  void aGateIsNeverShortened() {
    WebhookId a = webhook("a");
    deliver("e", a);
    change(new LaneChange.Gate(a, LaneState.GATED, moments(5), "the long one", null));
    change(new LaneChange.Gate(a, LaneState.FAILING, moments(1), "the short one", null));

    LaneReport report = lane(a);
    assertEquals(LaneState.GATED, report.state(), "a shorter gate changes nothing");
    assertEquals("the long one", report.why(), "a shorter gate changes nothing");
    pass(2);
    assertEquals(List.of(), claimAll(), "a gate is never shortened");

    change(new LaneChange.Gate(a, LaneState.FAILING, moments(6), "the longest one", null));
    assertEquals(LaneState.FAILING, lane(a).state(), "a longer gate takes over");
    assertEquals("the longest one", lane(a).why(), "a longer gate takes over");
    pass(4);
    assertEquals(List.of(), claimAll(), "a longer gate lasts longer");
    pass(3);
    claimOne("a gate ends by itself");
  }

  @Test
  void aPaceEndsNoGate() {
    WebhookId a = webhook("a");
    deliver("e", a);
    gate(a, 5);
    change(new LaneChange.Pace(a, Rate.of(1, moments(1))));
    change(new LaneChange.Pace(a, null));
    assertEquals(LaneState.GATED, lane(a).state(), "setting the pace ends no gate");
    assertEquals(List.of(), claimAll(), "setting the pace ends no gate");
    pass(6);
    assertEquals(LaneState.OPEN, lane(a).state(), "a gate ends by itself");
    claimOne("a gate ends by itself");
  }

  @Test
  void aGateWithARampLeavesTheLaneAtThatPace() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, a);
    }
    Rate ramp = Rate.of(1, moments(4));
    change(new LaneChange.Gate(a, LaneState.FAILING, moments(2), "it failed too often", ramp));
    assertEquals(LaneState.FAILING, lane(a).state(), "the gate comes first");
    assertEquals(List.of(), claimAll(), "nothing is granted of a gated lane");
    pass(3);

    assertEquals(LaneState.RAMPING, lane(a).state(), "after the gate it has the ramp's pace");
    Claim first = claimOne("one at the ramp's pace");
    assertEquals(ramp, first.ramp(), "a claim tells the lane's pace");
    pass(1);
    assertEquals(List.of(), claimAll(), "no more than the pace allows");
    pass(4);
    claimOne("the next one at the ramp's pace");

    change(new LaneChange.Gate(a, LaneState.GATED, moments(2), "asked to wait", null));
    pass(3);
    assertEquals(LaneState.RAMPING, lane(a).state(), "a gate without a ramp leaves the pace");
    change(new LaneChange.Pace(a, null));
    List<Claim> rest = claimAll();
    assertTrue(rest.size() >= 3, "no pace is no limit");
    rest.forEach(one -> assertNull(one.ramp(), "a lane without a pace has no ramp"));
  }

  @Test
  void disablingHoldsTheLane() {
    WebhookId a = webhook("a");
    DeliveryId before = deliver("before", a);
    String cursor = webhooks.changedSince("", 1000).cursor();

    change(new LaneChange.Disable(a, "it answered 410"));

    DeliveryId after = deliver("after", a);
    assertEquals(List.of(), claimAll(), "nothing is granted of a disabled webhook");
    assertEquals(DeliveryState.HELD, read(before).state(), "what was pending is held");
    assertEquals(DeliveryState.HELD, read(after).state(), "what comes is held");
    assertNull(read(before).nextAttempt(), "nothing is planned for what is held");
    assertEquals("it answered 410", stored(a).webhook().disabled(), "the webhook is disabled");
    assertEquals(2, stored(a).version(), "disabling counts the version up");
    assertEquals(
        List.of(a),
        webhooks.changedSince(cursor, 10).changes().stream().map(one -> one.id()).toList(),
        "disabling is seen as a change");
  }

  @Test
  void disablingTwiceChangesNothing() {
    WebhookId a = webhook("a");
    change(new LaneChange.Disable(a, "first"));
    change(new LaneChange.Disable(a, "second"));
    assertEquals("first", stored(a).webhook().disabled(), "what is disabled stays as it is");
    assertEquals(2, stored(a).version(), "what is disabled stays as it is");
  }

  @Test
  void aClaimFromBeforeTheHoldMayStillEnd() {
    WebhookId a = webhook("a");
    DeliveryId id = deliver("e", a);
    Claim claim = claimOne("what is due is claimed");
    disable(a);
    record(accepted(claim));
    assertEquals(DeliveryState.DELIVERED, read(id).state(), "claims granted before end");
  }

  @Test
  void enablingResumesWithoutGatesAndWithTheRamp() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, a);
    }
    gate(a, 1000);
    disable(a);
    assertEquals(LaneState.HELD, lane(a).state(), "held comes before gated");

    rewrite(a, null, null, Rate.of(1, moments(100)));

    assertEquals(LaneState.RAMPING, lane(a).state(), "the pace becomes the ramp");
    assertEquals(1, claimAll().size(), "ending a hold takes gates away and sets the pace");
  }

  @Test
  void aWebhookThatIsNotVerifiedIsHeldUntilItIs() {
    WebhookId a = webhook("a");
    rewrite(a, null, "HEAD answered 404", null);
    DeliveryId id = deliver("e", a);
    assertEquals(DeliveryState.HELD, read(id).state(), "what is not verified is held");
    assertTrue(lane(a).why().contains("HEAD answered 404"), () -> "why: " + lane(a).why());
    rewrite(a, null, null, null);
    claimOne("the hold has ended");
  }

  @Test
  void aPaceEndsNoHold() {
    WebhookId a = webhook("a");
    deliver("e", a);
    disable(a);
    change(new LaneChange.Pace(a, null));
    assertEquals(LaneState.HELD, lane(a).state(), "a held lane stays held");
    assertEquals(List.of(), claimAll(), "a held lane stays held");
  }

  @Test
  void aPaceHoldsOverAllClaimers() {
    WebhookId paced = webhook("paced");
    WebhookId free = webhook("free");
    for (int i = 0; i < 50; i++) {
      add(event("e" + i, paced, free));
    }
    change(new LaneChange.Pace(paced, Rate.of(4, moments(4))));
    long granted = 0;
    long others = 0;
    for (int moment = 0; moment <= 12; moment++) {
      for (int claimer = 0; claimer < 2; claimer++) {
        List<Claim> claims = claim(MANY, MANY).claims();
        granted += of(paced, claims);
        others += of(free, claims.stream().filter(one -> one.lapses() == 0).toList());
        written(claims.stream().map(StorageFixture::accepted).toList(), List.of());
      }
      pass(1);
    }
    long total = granted;
    // 12 or 13 moments' worth, and at most the worth of one period at once.
    assertTrue(total >= 10 && total <= 17, () -> "4 in 4 moments, for 12 moments: " + total);
    assertEquals(50, others, "a lane out of pace costs others nothing");
  }

  @Test
  void theSamePaceOnceMoreGrantsNothingMore() {
    WebhookId a = webhook("a");
    Rate slow = Rate.of(1, moments(20));
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, a);
    }
    change(new LaneChange.Pace(a, slow));
    int granted = claimAll().size();
    change(new LaneChange.Pace(a, slow));
    granted += claimAll().size();
    change(new LaneChange.Pace(a, slow));
    granted += claimAll().size();
    int total = granted;
    assertTrue(
        total <= 2, () -> "a pace that is set again is no new one, at most one more: " + total);
  }

  @Test
  void moreTellsWhenALaneIsWithinItsPaceAgain() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 9; i++) {
      deliver("e" + i, a);
    }
    change(new LaneChange.Pace(a, Rate.of(1, moments(3))));
    assertEquals(1, claimAll().size(), "a pace of one grants one");
    Claims none = claim(10, 10);
    assertEquals(List.of(), none.claims(), "the lane is out of pace");
    assertBetween(moments(1), none.more(), moments(3), "more considers the pace");
    passTime(none.more());
    assertEquals(1, claimAll().size(), "the lane is within its pace when more has passed");
    change(new LaneChange.Pace(a, null));
    assertEquals(7, claimAll().size(), "no pace is no limit");
  }

  @Test
  void aLaneTellsHowItStands() {
    WebhookId a = webhook("a");
    LaneReport open = lane(a);
    assertEquals(TENANT, open.tenant(), "whose webhook it is");
    assertEquals(a, open.webhook(), "which webhook it is");
    assertEquals(LaneState.OPEN, open.state(), "a new lane is open");
    assertFalse(open.why().isBlank(), "why is a sentence");
    assertNull(open.nextAttempt(), "nothing is pending");

    Instant accepted = read(deliver("e", a)).acceptedAt();
    gate(a, 3);
    LaneReport gated = lane(a);
    assertEquals("asked to wait", gated.why(), "why it is gated");
    assertNotNull(gated.nextAttempt(), "something is pending");
    assertFalse(
        gated.nextAttempt().isBefore(accepted.plus(moments(3))), "not before the gate ends");
    assertFalse(gated.since().isBefore(accepted), "since when it is gated");

    disable(a);
    LaneReport held = lane(a);
    assertEquals(LaneState.HELD, held.state(), "a disabled webhook's lane is held");
    assertTrue(held.why().contains("switched off in a test"), () -> "why: " + held.why());
    assertNull(held.nextAttempt(), "nothing is planned for a held lane");
    assertTrue(history.lane(WebhookId.of("x")).isEmpty(), "there is no such webhook");
  }

  @Test
  void sinceIsWhenTheStateBegan() {
    WebhookId a = webhook("a");
    gate(a, 10);
    Instant since = lane(a).since();
    pass(1);
    gate(a, 20);
    assertEquals(since, lane(a).since(), "a longer gate of the same kind is the same state");
    pass(21);
    assertEquals(LaneState.OPEN, lane(a).state(), "a gate ends by itself");
    assertFalse(
        lane(a).since().isBefore(since.plus(moments(20))), "it is open since its gate has ended");
  }

  @Test
  void theReportNamesTroubleOldestFirst() {
    WebhookId fine = webhook("fine");
    WebhookId over = webhook("over");
    gate(over, 2);
    List<WebhookId> troubled = new ArrayList<>();
    for (String name : List.of("d", "a", "e", "b", "f", "c")) {
      WebhookId id = webhook(name);
      troubled.add(id);
      deliver("to-" + name, id);
      if (troubled.size() % 2 == 0) {
        disable(id);
      } else {
        gate(id, 50);
      }
      pass(1);
    }
    deliver("e", fine);
    pass(2);

    StoreReport report = history.report(10);
    assertEquals(
        troubled,
        report.troubled().stream().map(LaneReport::webhook).toList(),
        "held and gated lanes are troubled, the oldest trouble first; ended gates are not");
    assertEquals(
        troubled.subList(0, 1),
        history.report(1).troubled().stream().map(LaneReport::webhook).toList(),
        "no more lanes are named than asked for");
    assertBetween(
        moments(2),
        report.oldestDue(),
        moments(4),
        "how long the oldest of an open lane has been due; gated and held ones do not count");
  }

  @Test
  void theReportNamesThoseWhoClaim() {
    WebhookId a = webhook("a");
    deliver("e", a);
    deliveries.claim(request(1, 1, Map.of()));
    StoreReport report = history.report(10);
    assertTrue(report.liveNodes().contains("node-1"), () -> "who claims: " + report.liveNodes());
    assertEquals(Duration.ZERO, report.oldestDue(), "what is claimed is not due");
    deliver("e2", a);
    disable(a);
    pass(1);
    assertEquals(Duration.ZERO, history.report(10).oldestDue(), "what is held is not due");
  }

  private LaneReport lane(WebhookId id) {
    return history.lane(id).orElseThrow(() -> new AssertionError("a webhook has a lane: " + id));
  }
}
