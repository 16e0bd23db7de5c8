package dev.posthorn.dispatch;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.store.Claim;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The total function from what happened to what is next. Pure but for the randomness of jitter: no
 * clock, no store, no network.
 */
final class Judge {
  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Duration longestGate;
  private final RandomGenerator random;
  private final Troubles troubles;

  /**
   * A judge.
   *
   * @param longestGate the longest that {@code Retry-After} is obeyed
   */
  Judge(Duration longestGate, RandomGenerator random, Troubles troubles) {
    this.longestGate = longestGate;
    this.random = random;
    this.troubles = troubles;
  }

  /** Decides about a claim whose attempt came to this outcome, under the webhook's contract. */
  Verdict judge(Claim claim, Outcome outcome, DeliveryContract contract) {
    if (outcome instanceof Outcome.Failed failed) {
      return afterFailure(claim, failed, contract);
    }
    return new Verdict(new Next.Delivered(), List.of());
  }

  private Verdict afterFailure(Claim claim, Outcome.Failed failed, DeliveryContract contract) {
    List<LaneChange> lanes = new ArrayList<>(1);
    Duration gate = gate(failed);
    if (gate != null) {
      String why = "The receiver answered " + failed.status() + " and asked for a pause.";
      lanes.add(new LaneChange.Gate(claim.webhook(), LaneState.GATED, gate, why, null));
    }
    Next next = next(claim, failed, contract, gate == null ? Duration.ZERO : gate);
    String disabling = disabling(failed, next, contract);
    if (disabling != null) {
      lanes.add(new LaneChange.Disable(claim.webhook(), disabling));
    }
    return new Verdict(next, lanes);
  }

  private Next next(Claim claim, Outcome.Failed failed, DeliveryContract contract, Duration gate) {
    if (failed.reason() == FailureReason.REFUSED || isPermanent(failed, contract)) {
      return new Next.Exhausted(EndReason.PERMANENT_FAILURE);
    }
    int attempt = claim.attempts() + 1;
    Optional<Duration> delay = delayAfter(attempt, claim.age(), failed, contract);
    if (delay.isEmpty()) {
      return new Next.Exhausted(EndReason.RETRIES_USED_UP);
    }
    Duration due = delay.get().compareTo(gate) > 0 ? delay.get() : gate;
    boolean tooOld = due.compareTo(claim.maxAge().minus(claim.age())) > 0;
    return tooOld ? new Next.Exhausted(EndReason.EXPIRED) : new Next.DueIn(due);
  }

  private boolean isPermanent(Outcome.Failed failed, DeliveryContract contract) {
    try {
      return contract.retries().isPermanent(failed);
    } catch (Throwable failure) { // the host's code, as in delayAfter
      troubles.note(Troubles.Kind.RETRY_POLICY, "asking " + contract + " for an end", failure);
      return false;
    }
  }

  /** A host's own policy may throw; then the delivery waits a minute instead of being lost. */
  private Optional<Duration> delayAfter(
      int attempt, Duration age, Outcome.Failed failed, DeliveryContract contract) {
    try {
      if (attempt >= contract.retries().maxAttempts()) {
        return Optional.empty();
      }
      Optional<Duration> delay = contract.retries().delayAfter(attempt, age, failed, random);
      return delay.map(d -> d.isNegative() ? Duration.ZERO : d);
    } catch (Throwable failure) { // the host's code: even an Error must not lose the result
      troubles.note(Troubles.Kind.RETRY_POLICY, "asking " + contract + " for a delay", failure);
      return Optional.of(Duration.ofMinutes(1));
    }
  }

  private @Nullable Duration gate(Outcome.Failed failed) {
    boolean mayGate =
        switch (failed.status()) {
          case TOO_MANY_REQUESTS, 502, 503, 504 -> true;
          default -> false;
        };
    Duration asked = failed.retryAfter();
    if (!mayGate || asked == null || asked.isZero()) {
      return null;
    }
    Duration gate = asked.compareTo(longestGate) > 0 ? longestGate : asked;
    return gate.isZero() ? null : gate;
  }

  private static @Nullable String disabling(
      Outcome.Failed failed, Next next, DeliveryContract contract) {
    boolean gone = failed.detail() == FailureDetail.STATUS && failed.status() == GONE;
    if (gone && contract.disable().onGone()) {
      return "the endpoint answered 410 Gone";
    }
    boolean usedUp =
        next instanceof Next.Exhausted exhausted && exhausted.reason() == EndReason.RETRIES_USED_UP;
    return usedUp && contract.disable().onExhausted()
        ? "a delivery has used up all its attempts"
        : null;
  }
}
