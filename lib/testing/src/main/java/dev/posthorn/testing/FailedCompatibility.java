package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code DeliveryHistory} promises about deliveries that were given up. */
abstract class FailedCompatibility extends HistoryCompatibility {
  private static final Next GIVEN_UP = new Next.Exhausted(EndReason.RETRIES_USED_UP);

  @Test
  void whenADeliveryEndedIsKeptHoweverItEnded() {
    WebhookId a = webhook("a");
    DeliveryId discarded = deliver("discarded", a);
    Instant accepted = read(discarded).acceptedAt();
    assertNull(read(discarded).endedAt(), "what is pending has not ended");
    pass(1);
    history.discard(DeliveryQuery.of(TENANT, discarded), 1);
    assertEnded(accepted, 1, discarded, "discarded");

    DeliveryId delivered = deliver("delivered", a);
    record(accepted(claimOne("due")));
    assertEnded(accepted, 1, delivered, "delivered");
    assertEnded(accepted, 1, giveUp("exhausted", a), "given up");

    DeliveryId retried = deliver("retried", a);
    record(failed(claimOne("due"), new Next.DueIn(moments(100))));
    assertNull(read(retried).endedAt(), "what waits for a retry has not ended");

    history.keepTest(event("good", a), attempt(1, 1, new Outcome.Accepted(200)));
    history.keepTest(event("bad", a), attempt(1, 1, Outcome.Failed.of(FailureDetail.TLS)));
    assertEnded(accepted, 1, deliveryId("good", a), "a test that was accepted");
    assertEnded(accepted, 1, deliveryId("bad", a), "a test that failed");

    add(event("old", moments(1), false, a));
    pass(2);
    Delivery expired = history.expire(1).get(0);
    assertEquals(read(expired.id()), expired, "expire tells when it ended");
    assertEnded(accepted, 3, expired.id(), "expired");
  }

  private void assertEnded(Instant accepted, int moments, DeliveryId id, String how) {
    Instant ended = read(id).endedAt();
    assertNotNull(ended, how + ": when it ended is kept");
    assertBetween(
        moments(moments),
        Duration.between(accepted, ended),
        moments(moments + 1),
        how + ": when it ended is by the store's clock");
  }

  @Test
  void aReplayClearsWhenADeliveryEndedAndTheNextEndSetsItAgain() {
    WebhookId a = webhook("a");
    DeliveryId id = giveUp("e", a);
    Instant first = endedAt(id);
    pass(1);
    history.requeue(DeliveryQuery.of(TENANT, id), 1);
    assertNull(read(id).endedAt(), "what is replayed has not ended");
    record(failed(claimOne("due"), GIVEN_UP));
    assertBetween(
        moments(1), Duration.between(first, endedAt(id)), moments(2), "it ended again, later");
  }

  @Test
  void whatWasGivenUpIsListedOverAllWebhooksOfATenantTheLastFirst() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    DeliveryId expires = deliveryId("expires", b);
    add(event("expires", moments(1), false, b));
    disable(b);
    List<DeliveryId> expected = new ArrayList<>();
    expected.add(0, giveUp("e1", a));
    pass(2);
    history.expire(10);
    expected.add(0, expires);
    pass(1);
    enable(b);
    expected.add(0, giveUp("e2", b));
    pass(1);
    expected.add(0, giveUp("e3", a));

    WebhookId theirs = WebhookId.of("theirs");
    webhooks.insert(aWebhook(OTHER_TENANT, "theirs"));
    DeliveryId another = giveUpOfOther("e4", theirs);
    deliver("delivered", a);
    record(accepted(claimOne("due")));
    deliver("discarded", a);
    history.discard(DeliveryQuery.of(TENANT, deliveryId("discarded", a)), 1);
    history.keepTest(event("test", a), attempt(1, 1, Outcome.Failed.of(FailureDetail.TLS)));
    deliver("pending", a);

    assertEquals(
        expected,
        failed(),
        "what was given up is listed, the last first; nothing that was delivered, discarded, is"
            + " pending, was a test, or is another tenant's");
    assertEquals(
        List.of(another),
        ids(history.failed(OTHER_TENANT, Page.first(10))),
        "each tenant has its own list");
    assertEquals(
        read(expected.get(0)),
        history.failed(TENANT, Page.first(1)).items().get(0),
        "each is listed as it stands");
    assertEquals(
        List.of(),
        history.failed(Tenant.of("nobody"), Page.first(10)).items(),
        "a tenant without anything has an empty list");
  }

  private DeliveryId giveUpOfOther(String event, WebhookId theirs) {
    DeliveryId id = deliveryId(event, theirs);
    NewDelivery delivery = new NewDelivery(id, theirs, oldAge(), false);
    EventKey key = new EventKey(OTHER_TENANT, SOURCE, event);
    add(new NewEvent(key, TYPE, content(event, "first"), List.of(delivery)));
    record(failed(claimOne("due"), GIVEN_UP));
    return id;
  }

  @Test
  void pagesOfWhatWasGivenUpStayGoodWhateverHappensBetweenThem() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    for (int i = 0; i < 9; i++) {
      giveUp("e" + i, i % 2 == 0 ? a : b);
    }
    List<DeliveryId> all = failed();
    Page<Delivery> first = history.failed(TENANT, Page.first(3));
    assertEquals(all.subList(0, 3), ids(first), "a page holds as many as were asked for");

    pass(1);
    DeliveryId replayed = all.get(1);
    DeliveryId failedAgain = all.get(2); // the one that the cursor stands at
    DeliveryId forgotten = all.get(4);
    history.requeue(DeliveryQuery.of(TENANT, failedAgain), 1);
    record(failed(claimOne("due"), GIVEN_UP));
    history.requeue(DeliveryQuery.of(TENANT, replayed), 1);
    history.remove(DeliveryQuery.of(TENANT, forgotten), 1);
    Page<Delivery> second = history.failed(TENANT, after(first, 3));
    assertEquals(
        List.of(all.get(3), all.get(5), all.get(6)),
        ids(second),
        "a page goes on where the last one ended, whatever became of those before");

    history.requeue(DeliveryQuery.of(TENANT, all.get(7)), 1);
    Page<Delivery> third = history.failed(TENANT, after(second, 3));
    assertEquals(List.of(all.get(8)), ids(third), "what is replayed is on no later page");
    assertEquals(Optional.empty(), third.next(), "the last page has no next");
    assertEquals(
        failedAgain, failed().get(0), "what was given up again stands where it ended again");
    assertEquals(
        Optional.empty(),
        history.failed(TENANT, Page.first(6)).next(),
        "a page that holds all has no next");
  }

  private static Page.Request after(Page<Delivery> page, int size) {
    return Page.after(page.next().orElseThrow(), size);
  }

  @Test
  void whatADeletedWebhookHadIsListedNoMore() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    giveUp("e1", a);
    DeliveryId stays = giveUp("e2", b);
    giveUp("e3", a);
    webhooks.delete(TENANT, a);
    webhook("a");
    assertEquals(List.of(stays), failed(), "what a deleted webhook had is out of sight at once");
    assertEquals(
        new Replayed(0, false),
        history.requeueFailed(TENANT, a, Instant.MIN, Instant.MAX, 10),
        "a new webhook of the same id has nothing to replay");
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    WebhookId a = webhook("a");
    webhook("b");
    deliver("e1", a);
    deliver("e2", a);
    String log = history.list(DeliveryQuery.of(TENANT, a), Page.first(1)).next().orElseThrow();
    String all = webhooks.list(TENANT, Page.first(1)).next().orElseThrow();
    for (String bad : List.of("no cursor!", log, all)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> history.failed(TENANT, Page.after(bad, 10)),
          "a cursor that no page of this list returned is refused: " + bad);
    }
  }

  @Test
  void whatWasGivenUpWithinATimeIsReplayedInStepsTheFirstFirst() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    DeliveryId before = giveUp("before", a);
    pass(1);
    List<DeliveryId> within = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      within.add(giveUp("e" + i, a));
      pass(1);
    }
    DeliveryId elsewhere = giveUp("elsewhere", b);
    DeliveryId last = giveUp("last", a);
    history.keepTest(event("test", a), attempt(1, 1, Outcome.Failed.of(FailureDetail.TLS)));
    Instant since = endedAt(within.get(0));
    Instant until = endedAt(last);

    assertEquals(
        new Replayed(0, false),
        history.requeueFailed(OTHER_TENANT, a, since, until, 10),
        "another tenant replays nothing");
    assertEquals(
        new Replayed(0, false),
        history.requeueFailed(TENANT, WebhookId.of("none"), since, until, 10),
        "a webhook that is not there has nothing to replay");
    assertEquals(
        new Replayed(0, false),
        history.requeueFailed(TENANT, a, until, since, 10),
        "nothing ended between an instant and an earlier one");
    assertEquals(
        new Replayed(3, false),
        history.requeueFailed(TENANT, a, since, until, 3),
        "no more than the limit is replayed");
    assertEquals(
        List.of(last, elsewhere, within.get(4), within.get(3), before),
        failed(),
        "those that ended first are taken first, and what is replayed is not listed");
    assertEquals(
        new Replayed(2, false),
        history.requeueFailed(TENANT, a, since, until, 3),
        "the rest is replayed: what ended at since is, what ended at until is not");
    assertEquals(
        List.of(last, elsewhere, before),
        failed(),
        "what ended before since, at until, or at another webhook stays");
    List<Claim> claims = claimAll();
    assertEquals(within.size(), claims.size(), "what is replayed is due");
    for (Claim claim : claims) {
      assertEquals(2, claim.round(), "a replay is a new round");
      assertEquals(0, claim.attempts(), "a round starts without attempts");
      assertBetween(Duration.ZERO, claim.age(), moments(1), "a round starts with a new age");
    }
  }

  @Test
  void whatIsGivenUpAgainIsNotReplayedByTheSameInstants() {
    WebhookId a = webhook("a");
    for (int i = 0; i < 4; i++) {
      giveUp("e" + i, a);
    }
    pass(1);
    Instant until = endedAt(giveUp("now", a));
    int replayed = 0;
    for (int step = 0; step < 3; step++) {
      replayed += history.requeueFailed(TENANT, a, LONG_AGO, until, 2).count();
      claimAll().forEach(claim -> record(failed(claim, GIVEN_UP)));
    }
    assertEquals(4, replayed, "what is given up again has ended too late to be taken again");
    assertEquals(5, failed().size(), "nothing is lost by it");
  }

  @Test
  void anyInstantsAreGoodForAReplay() {
    WebhookId a = webhook("a");
    DeliveryId id = giveUp("e", a);
    Instant ended = endedAt(id);
    assertEquals(
        0,
        history.requeueFailed(TENANT, a, ended.plusNanos(1), Instant.MAX, 10).count(),
        "what ended a nanosecond before since is not meant");
    assertEquals(
        0,
        history.requeueFailed(TENANT, a, Instant.MIN, ended, 10).count(),
        "what ended at until is not meant");
    assertEquals(
        1,
        history.requeueFailed(TENANT, a, Instant.MIN, ended.plusNanos(1), 10).count(),
        "what ended a nanosecond before until is meant");
    record(failed(claimOne("due"), GIVEN_UP));
    assertEquals(
        1,
        history.requeueFailed(TENANT, a, Instant.MIN, Instant.MAX, 10).count(),
        "the widest range is all there is");
  }

  @Test
  void aReplayOfAHeldWebhookIsHeld() {
    WebhookId a = webhook("a");
    DeliveryId id = giveUp("e", a);
    disable(a);
    assertEquals(
        1,
        history.requeueFailed(TENANT, a, LONG_AGO, Instant.MAX, 10).count(),
        "what a held webhook has is replayed too");
    assertEquals(DeliveryState.HELD, read(id).state(), "it is held");
    assertEquals(2, read(id).round(), "in its new round");
    assertEquals(List.of(), claimAll(), "what is held is not sent");
    enable(a);
    claimOne("it is due when the webhook is enabled");
  }

  // --- words

  /** One delivery that is given up; nothing else may be due. */
  private DeliveryId giveUp(String event, WebhookId to) {
    DeliveryId id = deliver(event, to);
    record(failed(claimOne("what was just added is due"), GIVEN_UP));
    return id;
  }

  private Instant endedAt(DeliveryId id) {
    return Optional.ofNullable(read(id).endedAt())
        .orElseThrow(() -> new AssertionError("when " + id + " ended is kept"));
  }

  private List<DeliveryId> failed() {
    return ids(history.failed(TENANT, Page.first(1000)));
  }

  private static List<DeliveryId> ids(Page<Delivery> page) {
    return page.items().stream().map(Delivery::id).toList();
  }
}
