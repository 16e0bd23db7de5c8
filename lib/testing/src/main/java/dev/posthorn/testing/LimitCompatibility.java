package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Claim;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is promised of a webhook's own limit, which is the steady pace of its lane. */
abstract class LimitCompatibility extends FailedCompatibility {

  @Test
  void aWebhookThatIsAddedWithALimitHasItAtOnce() {
    WebhookId a = limited("a", one(20));
    fill(a);
    assertGrantsOne(a, "a limit holds from the first claim on");
    assertEquals(LaneState.OPEN, lane(a).state(), "a lane at its limit is open");
    assertTrue(lane(a).why().contains("limit"), () -> "its report tells the limit: " + lane(a));
  }

  @Test
  void nothingIsBornClaimedInALaneWithALimit() {
    WebhookId a = limited("a", Rate.of(1000, Duration.ofSeconds(1)));
    Fate fate = add(event("e", oldAge(), true, a)).born().get(0).fate();
    assertEquals(Fate.WAITING, fate, "what is born claimed would go past the limit");
    claimOne("it is claimed like the others");
  }

  @Test
  void aLimitHoldsOverAllClaimers() {
    WebhookId a = limited("a", Rate.of(4, moments(4)));
    WebhookId free = webhook("free");
    for (int i = 0; i < 50; i++) {
      add(event("e" + i, oldAge(), true, a, free));
    }
    long granted = 0;
    for (int moment = 0; moment <= 12; moment++) {
      for (int claimer = 0; claimer < 2; claimer++) {
        List<Claim> claims = claimAll();
        granted += of(a, claims);
        written(claims.stream().map(StorageFixture::accepted).toList(), List.of());
      }
      pass(1);
    }
    long total = granted;
    assertTrue(total >= 10 && total <= 17, () -> "4 in 4 moments, for 12 moments: " + total);
  }

  @Test
  void aLimitThatIsSetLaterHoldsAtOnceAndEndsWhenItIsTakenAway() {
    WebhookId a = webhook("a");
    fill(a);
    relimit(a, one(20));
    assertGrantsOne(a, "a limit holds as soon as it is written");
    relimit(a, one(20));
    assertEquals(List.of(), claimAll(), "writing a webhook again grants nothing more");
    relimit(a, null);
    assertEquals(4, claimAll().size(), "no limit is no limit at once");
  }

  @Test
  void anotherLimitTakesOverWhatIsLeft() {
    WebhookId a = limited("a", one(20));
    fill(a);
    assertGrantsOne(a, "a limit of one grants one");
    relimit(a, one(30));
    assertEquals(List.of(), claimAll(), "a slower limit grants nothing more");
    relimit(a, one(2));
    pass(3);
    assertGrantsOne(a, "a faster limit is obeyed from when it is written");
  }

  @Test
  void aClaimAtTheLimitHasNoRamp() {
    WebhookId a = limited("a", one(20));
    fill(a);
    assertNull(claimAll().get(0).ramp(), "a lane at its limit does not come back from anything");
  }

  @Test
  void aPaceNeverExceedsTheLimit() {
    WebhookId a = limited("a", one(20));
    fill(a);
    change(new LaneChange.Pace(a, Rate.of(1000, moments(1))));
    assertGrantsOne(a, "a pace that is faster than the limit is the limit");
    assertEquals(LaneState.OPEN, lane(a).state(), "and the lane does not ramp");
    change(new LaneChange.Pace(a, null));
    assertEquals(List.of(), claimAll(), "no pace is the limit, where there is one");
  }

  @Test
  void aRampEndsAtTheLimit() {
    WebhookId a = limited("a", one(2));
    fill(a);
    change(new LaneChange.Pace(a, one(20)));
    assertEquals(LaneState.RAMPING, lane(a).state(), "slower than the limit is a ramp");
    List<Claim> first = claimAll();
    assertEquals(1, first.size(), "the pace of the ramp grants one");
    assertEquals(one(20), first.get(0).ramp(), "a claim tells the ramp");
    pass(3);
    assertEquals(List.of(), claimAll(), "a ramp is slower than the limit");
    change(new LaneChange.Pace(a, null));
    assertEquals(LaneState.OPEN, lane(a).state(), "the ramp has ended");
    pass(3);
    List<Claim> next = claimAll();
    assertTrue(!next.isEmpty() && next.size() <= 2, () -> "at the limit, not without: " + next);
    assertNull(next.get(0).ramp(), "the ramp has ended");
  }

  @Test
  void aRampStaysWhenTheWebhookIsWritten() {
    WebhookId a = webhook("a");
    fill(a);
    change(new LaneChange.Pace(a, one(20)));
    relimit(a, one(2));
    assertEquals(LaneState.RAMPING, lane(a).state(), "a ramp slower than the limit stays");
    assertEquals(one(20), claimAll().get(0).ramp(), "a ramp slower than the limit stays");
    relimit(a, one(40));
    assertEquals(LaneState.OPEN, lane(a).state(), "a ramp faster than the limit is over");
    pass(2);
    assertEquals(List.of(), claimAll(), "and the limit holds");
  }

  @Test
  void aGateWithARampNeverExceedsTheLimit() {
    WebhookId a = limited("a", one(20));
    fill(a);
    Rate fast = Rate.of(1000, moments(1));
    change(new LaneChange.Gate(a, LaneState.FAILING, moments(1), "it failed too often", fast));
    pass(2);
    assertGrantsOne(a, "a ramp that is faster than the limit is the limit");
  }

  @Test
  void enablingWithARampNeverExceedsTheLimit() {
    WebhookId a = limited("a", one(20));
    fill(a);
    disable(a);
    rewrite(a, null, null, Rate.of(1000, moments(1)));
    assertEquals(LaneState.OPEN, lane(a).state(), "a ramp must be slower than the limit");
    assertGrantsOne(a, "a ramp that is faster than the limit is the limit");
  }

  @Test
  void verifyingAWebhookWithALimitLetsTheLimitHold() {
    StoredWebhook fresh = aWebhook(TENANT, "a");
    webhooks.insert(version(fresh, "not yet verified", one(20), 1));
    WebhookId a = fresh.webhook().id();
    fill(a);
    rewrite(a, null, null, null);
    assertGrantsOne(a, "a limit holds from the first claim on");
  }

  private void assertGrantsOne(WebhookId id, String promise) {
    assertEquals(1, of(id, claimAll()), promise);
    assertEquals(0, of(id, claimAll()), promise);
  }

  private Rate one(int moments) {
    return Rate.of(1, moments(moments));
  }

  private void fill(WebhookId id) {
    for (int i = 0; i < 5; i++) {
      deliver("e" + i, id);
    }
  }

  private WebhookId limited(String id, Rate limit) {
    StoredWebhook fresh = version(aWebhook(TENANT, id), null, limit, 1);
    assertTrue(webhooks.insert(fresh), "insert adds a webhook whose id is free");
    return fresh.webhook().id();
  }

  private void relimit(WebhookId id, @Nullable Rate limit) {
    StoredWebhook old = stored(id);
    assertTrue(
        webhooks.replace(version(old, old.unverified(), limit, old.version() + 1)),
        "replace writes the version after the stored one");
  }

  private static StoredWebhook version(
      StoredWebhook old, @Nullable String unverified, @Nullable Rate limit, long version) {
    return new StoredWebhook(
        old.webhook(), old.keys(), Map.of(), unverified, null, limit, null, version);
  }

  private LaneReport lane(WebhookId id) {
    return history.lane(id).orElseThrow(() -> new AssertionError("a webhook has a lane: " + id));
  }
}
