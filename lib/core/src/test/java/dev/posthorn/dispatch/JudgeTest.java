package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetryPolicy;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.store.Claim;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
  private static final Duration LONGEST_GATE = Duration.ofHours(6);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Set<Integer> GATING = Set.of(429, 502, 503, 504);
  private static final RetrySchedule RETRIES =
      RetrySchedule.after(Duration.ZERO, MINUTE, Duration.ofMinutes(5));

  private final HandTime time = new HandTime();
  private final Troubles troubles = new Troubles(time, "test");
  private final Judge judge = new Judge(LONGEST_GATE, new Random(1), troubles);
  private final Claim first = Samples.claim("w", "d");

  private static DeliveryContract contract(RetryPolicy retries, DisableRule disable) {
    return Samples.OPEN.retries(retries).disable(disable);
  }

  private Verdict judge(Claim claim, Outcome outcome) {
    return judge.judge(claim, outcome, contract(RETRIES, DisableRule.NEVER));
  }

  @Test
  void successDeliversAndLeavesTheLaneAlone() {
    for (DisableRule rule : DisableRule.values()) {
      Verdict verdict = judge.judge(first, new Outcome.Accepted(204), contract(RETRIES, rule));
      assertEquals(new Verdict(new Next.Delivered(), List.of()), verdict);
    }
  }

  /** The table: every status, with and without a pause, on the first and on the last attempt. */
  @ParameterizedTest
  @EnumSource(DisableRule.class)
  void everyStatusHasExactlyOneConsequence(DisableRule rule) {
    DeliveryContract contract = contract(RETRIES, rule);
    int[] statuses = IntStream.rangeClosed(200, 599).toArray();
    for (int status : statuses) {
      for (@Nullable Duration pause : new @Nullable Duration[] {null, Duration.ZERO, MINUTE}) {
        for (int attempts : new int[] {0, 1, 3}) {
          Claim claim = Samples.later(first, attempts, Duration.ofSeconds(10));
          Verdict verdict = judge.judge(claim, Outcome.Failed.status(status, pause), contract);
          String what = status + " " + pause + " " + attempts + " " + rule;
          boolean gates = GATING.contains(status) && pause != null && !pause.isZero();
          boolean last = attempts == 3;
          boolean disables = (status == 410 && rule.onGone()) || (last && rule.onExhausted());
          Next expected =
              last
                  ? new Next.Exhausted(EndReason.RETRIES_USED_UP)
                  : new Next.DueIn(gates || attempts == 1 ? MINUTE : Duration.ZERO);
          assertEquals(expected, verdict.next(), what);
          assertEquals(
              gates, verdict.lanes().stream().anyMatch(LaneChange.Gate.class::isInstance), what);
          assertEquals(
              disables,
              verdict.lanes().stream().anyMatch(LaneChange.Disable.class::isInstance),
              what);
          assertEquals((gates ? 1 : 0) + (disables ? 1 : 0), verdict.lanes().size(), what);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FailureDetail.class)
  void everyFailureWithoutAnAnswerIsRetriedSaveOurOwnRefusal(FailureDetail detail) {
    Verdict verdict = judge(first, Outcome.Failed.of(detail));
    Next expected =
        detail == FailureDetail.POLICY
            ? new Next.Exhausted(EndReason.PERMANENT_FAILURE)
            : new Next.DueIn(Duration.ZERO);
    assertEquals(new Verdict(expected, List.of()), verdict);
  }

  @Test
  void ourOwnRefusalDoesNotDisableTheWebhook() {
    DeliveryContract contract = contract(RETRIES, DisableRule.ON_GONE_OR_EXHAUSTED);
    Verdict verdict = judge.judge(first, Outcome.Failed.of(FailureDetail.POLICY), contract);
    assertEquals(List.of(), verdict.lanes());
  }

  @Test
  void theReasonsOfDisablingAreToldInWords() {
    DeliveryContract contract = contract(RETRIES, DisableRule.ON_GONE_OR_EXHAUSTED);
    Verdict gone = judge.judge(first, Outcome.Failed.status(410, null), contract);
    assertEquals(
        List.of(new LaneChange.Disable(first.webhook(), "the endpoint answered 410 Gone")),
        gone.lanes());
    Claim last = Samples.later(first, 3, MINUTE);
    Verdict exhausted = judge.judge(last, Outcome.Failed.status(500, null), contract);
    assertEquals(
        List.of(new LaneChange.Disable(first.webhook(), "a delivery has used up all its attempts")),
        exhausted.lanes());
  }

  @Test
  void theGateIsCappedAndTellsWhy() {
    Verdict verdict = judge(first, Outcome.Failed.status(429, Duration.ofDays(300)));
    assertEquals(
        List.of(
            new LaneChange.Gate(
                first.webhook(),
                LaneState.GATED,
                LONGEST_GATE,
                "The receiver answered 429 and asked for a pause.",
                null)),
        verdict.lanes());
    assertEquals(new Next.DueIn(LONGEST_GATE), verdict.next());
  }

  @Test
  void aLimitOfZeroIgnoresRetryAfter() {
    Judge strict = new Judge(Duration.ZERO, new Random(1), troubles);
    Verdict verdict =
        strict.judge(
            first, Outcome.Failed.status(429, MINUTE), contract(RETRIES, DisableRule.NEVER));
    assertEquals(new Verdict(new Next.DueIn(Duration.ZERO), List.of()), verdict);
  }

  @Test
  void theNextAttemptIsDueAtTheLaterOfScheduleAndGate() {
    Claim third = Samples.later(first, 2, MINUTE);
    assertEquals(
        new Next.DueIn(Duration.ofMinutes(5)),
        judge(third, Outcome.Failed.status(503, Duration.ofSeconds(7))).next());
    assertEquals(
        new Next.DueIn(Duration.ofMinutes(9)),
        judge(third, Outcome.Failed.status(503, Duration.ofMinutes(9))).next());
  }

  @Test
  void theLastAttemptStillGatesTheLane() {
    Claim last = Samples.later(first, 3, MINUTE);
    Verdict verdict = judge(last, Outcome.Failed.status(503, MINUTE));
    assertEquals(new Next.Exhausted(EndReason.RETRIES_USED_UP), verdict.next());
    assertInstanceOf(LaneChange.Gate.class, verdict.lanes().get(0));
  }

  @Test
  void whatWouldBeDueAfterItsMaximumAgeExpiresAtOnce() {
    Claim old = Samples.later(first, 1, first.maxAge().minus(MINUTE));
    assertEquals(new Next.DueIn(MINUTE), judge(old, Outcome.Failed.status(500, null)).next());
    Claim older = Samples.later(first, 1, first.maxAge().minus(MINUTE).plusNanos(1));
    assertEquals(
        new Next.Exhausted(EndReason.EXPIRED),
        judge(older, Outcome.Failed.status(500, null)).next());
  }

  @Test
  void expiringDoesNotCountAsHavingUsedUpAllAttempts() {
    Claim old = Samples.later(first, 1, first.maxAge());
    Verdict verdict =
        judge.judge(
            old, Outcome.Failed.status(500, null), contract(RETRIES, DisableRule.ON_EXHAUSTED));
    assertEquals(new Verdict(new Next.Exhausted(EndReason.EXPIRED), List.of()), verdict);
  }

  @Test
  void aPolicyThatGivesUpEarlyEndsTheDelivery() {
    DeliveryContract contract = contract(policy(5, Optional.empty()), DisableRule.NEVER);
    assertEquals(
        new Next.Exhausted(EndReason.RETRIES_USED_UP),
        judge.judge(first, Outcome.Failed.status(500, null), contract).next());
  }

  @Test
  void aFailureThatThePolicyCallsPermanentEndsTheDelivery() {
    DeliveryContract contract = contract(RETRIES.neverAfter(415), DisableRule.ON_EXHAUSTED);
    Claim last = Samples.later(first, RETRIES.maxAttempts() - 1, MINUTE);
    for (Claim claim : List.of(first, last)) {
      assertEquals(
          new Verdict(new Next.Exhausted(EndReason.PERMANENT_FAILURE), List.of()),
          judge.judge(claim, Outcome.Failed.status(415, null), contract));
    }
    assertInstanceOf(
        Next.DueIn.class, judge.judge(first, Outcome.Failed.status(400, null), contract).next());
  }

  @Test
  void aNegativeDelayMeansAtOnce() {
    DeliveryContract contract =
        contract(policy(5, Optional.of(Duration.ofDays(-1))), DisableRule.NEVER);
    assertEquals(
        new Next.DueIn(Duration.ZERO),
        judge.judge(first, Outcome.Failed.status(500, null), contract).next());
  }

  @Test
  void theLongestDelayThereIsExpiresInsteadOfOverflowing() {
    DeliveryContract contract =
        contract(policy(5, Optional.of(Duration.ofSeconds(Long.MAX_VALUE))), DisableRule.NEVER);
    Claim aged = Samples.later(first, 0, MINUTE);
    assertEquals(
        new Next.Exhausted(EndReason.EXPIRED),
        judge.judge(aged, Outcome.Failed.status(500, null), contract).next());
  }

  @Test
  void aPolicyThatThrowsDelaysTheDeliveryInsteadOfLosingIt() {
    RuntimeException exception = new IllegalStateException("broken");
    Error error = new AssertionError("broken");
    for (Throwable failure : List.of(exception, error)) {
      for (boolean already : new boolean[] {true, false}) {
        DeliveryContract contract = contract(new Throwing(failure, already), DisableRule.NEVER);
        assertEquals(
            new Next.DueIn(MINUTE),
            judge.judge(first, Outcome.Failed.status(500, null), contract).next());
      }
    }
  }

  @Test
  void jitterComesFromTheGivenRandomness() {
    DeliveryContract contract =
        contract(RetrySchedule.after(MINUTE).withJitter(0.5), DisableRule.NEVER);
    Outcome failed = Outcome.Failed.status(500, null);
    Judge same = new Judge(LONGEST_GATE, new Random(1), troubles);
    Next here = judge.judge(first, failed, contract).next();
    assertEquals(here, same.judge(first, failed, contract).next());
    Duration delay = assertInstanceOf(Next.DueIn.class, here).delay();
    assertTrue(delay.toSeconds() >= 30 && delay.toSeconds() <= 90, delay::toString);
  }

  private static RetryPolicy policy(int most, Optional<Duration> delay) {
    return new RetryPolicy() {
      @Override
      public int maxAttempts() {
        return most;
      }

      @Override
      public Optional<Duration> delayAfter(
          int attempt, Duration age, Outcome.Failed failure, RandomGenerator random) {
        return delay;
      }

      @Override
      public Duration span() {
        return Duration.ZERO;
      }
    };
  }

  /** Works while the contract is built, and throws afterwards. */
  private static final class Throwing implements RetryPolicy {
    private final Throwable failure;
    private final boolean already;
    private int asked;

    Throwing(Throwable failure, boolean already) {
      this.failure = failure;
      this.already = already;
    }

    @Override
    public int maxAttempts() {
      return already && asked++ > 2 ? fail() : 4;
    }

    @Override
    public Optional<Duration> delayAfter(
        int attempt, Duration age, Outcome.Failed failed, RandomGenerator random) {
      return Optional.of(Duration.ofDays(fail()));
    }

    @Override
    public boolean isPermanent(Outcome.Failed failed) {
      return fail() > 0;
    }

    @Override
    public Duration span() {
      return Duration.ZERO;
    }

    private int fail() {
      if (failure instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(failure);
    }
  }
}
