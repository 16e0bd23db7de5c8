package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.LaneChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BreakersTest {
  private static final Outcome OK = new Outcome.Accepted(200);
  private static final Outcome DOWN = Outcome.Failed.status(500, null);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Rate ONE = Rate.of(1, SECOND);

  private final HandTime time = new HandTime();
  private final Breakers breakers = new Breakers(time);
  private final Claim claim = Samples.claim("w", "d");

  private @Nullable LaneChange fail() {
    return breakers.after(claim, DOWN);
  }

  private LaneChange.Gate failUntilGated() {
    LaneChange change = fail();
    for (int i = 1; i < 1_000 && change == null; i++) {
      time.pass(SECOND);
      change = fail();
    }
    return assertInstanceOf(LaneChange.Gate.class, change);
  }

  @Test
  void twentyFailuresInARowOverTenSecondsGateTheLane() {
    for (int i = 1; i < Breakers.FAILURES; i++) {
      assertNull(fail());
      time.pass(SECOND);
    }
    assertEquals(
        new LaneChange.Gate(
            WebhookId.of("w"),
            LaneState.FAILING,
            Duration.ofSeconds(30),
            "20 attempts in a row have failed, so it is given a rest.",
            ONE),
        fail());
  }

  @Test
  void aBurstOfFailuresIsNotEnough() {
    for (int i = 0; i < 500; i++) {
      assertNull(fail());
    }
    time.pass(Breakers.OVER.minusMillis(1));
    assertNull(fail());
    time.pass(Duration.ofMillis(1));
    assertNotNull(fail());
  }

  @Test
  void aSuccessInBetweenBeginsTheCountAnew() {
    for (int i = 0; i < 3; i++) {
      for (int n = 1; n < Breakers.FAILURES; n++) {
        time.pass(SECOND);
        assertNull(fail());
      }
      assertNull(breakers.after(claim, OK));
    }
  }

  @Test
  void ourOwnRefusalsDoNotCount() {
    for (int i = 0; i < 100; i++) {
      time.pass(SECOND);
      assertNull(breakers.after(claim, Outcome.Failed.of(FailureDetail.POLICY)));
    }
    assertNull(fail());
  }

  @Test
  void lanesDoNotCountForEachOther() {
    for (int i = 0; i < 100; i++) {
      time.pass(SECOND);
      assertNull(breakers.after(Samples.claim("w" + i % 10, "d"), i < 90 ? DOWN : OK));
    }
  }

  @Test
  void eachGateIsTwiceAsLongAsTheOneBeforeUpToFiveMinutes() {
    List<Long> seconds = new ArrayList<>();
    LaneChange.Gate gate = failUntilGated();
    for (int i = 0; i < 6; i++) {
      seconds.add(gate.until().toSeconds());
      time.pass(gate.until());
      gate = assertInstanceOf(LaneChange.Gate.class, fail());
    }
    assertEquals(List.of(30L, 60L, 120L, 240L, 300L, 300L), seconds);
  }

  @Test
  void whatWasUnderWayWhenTheGateFellDoesNotMakeItLonger() {
    LaneChange.Gate gate = failUntilGated();
    for (int i = 0; i < 15; i++) {
      assertNull(fail());
    }
    time.pass(gate.until());
    LaneChange.Gate next = assertInstanceOf(LaneChange.Gate.class, fail());
    assertEquals(Duration.ofMinutes(1), next.until());
  }

  @Test
  void afterTheGateThePaceDoublesWithEverySecondThatHasASuccess() {
    time.pass(failUntilGated().until());
    List<Double> rates = new ArrayList<>();
    @Nullable Rate pace = ONE;
    for (int i = 0; pace != null && i < 100; i++) {
      Claim paced = Samples.ramping(claim, pace);
      LaneChange change = breakers.after(paced, OK);
      assertNull(breakers.after(paced, OK), "two within a second");
      if (change instanceof LaneChange.Pace next) {
        rates.add(pace.perSecond());
        pace = next.rate();
      }
      time.pass(SECOND);
    }
    assertNull(pace);
    assertEquals(List.of(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0), rates);
  }

  @Test
  void aFailureDuringTheRampGatesAgainAtOnceIfNothingHasSucceeded() {
    time.pass(failUntilGated().until());
    assertNotNull(breakers.after(Samples.ramping(claim, ONE), DOWN));
  }

  @Test
  void aSuccessDuringTheRampForgivesTheGatesBefore() {
    time.pass(failUntilGated().until());
    assertNull(breakers.after(Samples.ramping(claim, ONE), OK));
    assertNull(breakers.after(Samples.ramping(claim, ONE), DOWN));
  }

  @Test
  void aSuccessThatWasUnderWayDoesNotHastenALaneThatIsToRest() {
    Claim paced = Samples.ramping(claim, ONE);
    assertNull(breakers.after(paced, OK));
    time.pass(Duration.ofSeconds(5));
    breakers.rests(claim.webhook(), Duration.ofMinutes(1));
    assertNull(breakers.after(paced, OK), "it says nothing of how things are after the rest");
    time.pass(Duration.ofMinutes(1));
    assertInstanceOf(LaneChange.Pace.class, breakers.after(paced, OK));
  }

  @Test
  void itRemembersABoundedNumberOfLanes() {
    for (int n = 1; n < Breakers.FAILURES; n++) {
      time.pass(SECOND);
      assertNull(fail());
    }
    for (int i = 0; i < 10_001; i++) {
      assertNull(breakers.after(Samples.claim("x" + i, "d"), DOWN));
    }
    assertNull(fail(), "the lane that failed first is forgotten first");
  }
}
