package dev.posthorn.dispatch;

import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.LaneChange;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives failing endpoints a rest, and brings them back slowly. A lane whose deliveries failed many
 * times in a row, over some seconds, is gated without spending retries; after the gate it begins at
 * a low pace, which doubles with every second that has a success. Thread-safe.
 */
final class Breakers {
  static final int FAILURES = 20;
  static final Duration OVER = Duration.ofSeconds(10);
  static final Duration FIRST_GATE = Duration.ofSeconds(30);
  static final Duration LONGEST_GATE = Duration.ofMinutes(5);

  private static final Rate FIRST_STEP = Rate.of(1, Duration.ofSeconds(1));
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final double NO_LIMIT_ANY_MORE = 1_000;
  private static final int LANES_REMEMBERED = 10_000;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<WebhookId, Health> lanes = new LinkedHashMap<>(); // guarded by lock

  private static final class Health {
    private int failures;
    private int gates;
    private long failingSince;
    private long restsUntil = Long.MIN_VALUE;
    private long steppedAt;
  }

  Breakers(Clock clock) {
    this.clock = clock;
  }

  /** What an outcome means for its lane; null for nothing. */
  @Nullable LaneChange after(Claim claim, Outcome outcome) {
    lock.lock();
    try {
      if (outcome instanceof Outcome.Failed failed) {
        return failed.reason() == FailureReason.REFUSED ? null : afterFailure(claim.webhook());
      }
      return afterSuccess(claim);
    } finally {
      lock.unlock();
    }
  }

  /** The receiver itself has asked for a rest: what was under way does not end it. */
  void rests(WebhookId webhook, Duration until) {
    lock.lock();
    try {
      Health health = health(webhook);
      health.restsUntil = Math.max(health.restsUntil, clock.millis() + until.toMillis());
    } finally {
      lock.unlock();
    }
  }

  private Health health(WebhookId webhook) {
    Health health = lanes.computeIfAbsent(webhook, unused -> new Health());
    trim();
    return health;
  }

  private @Nullable LaneChange afterFailure(WebhookId webhook) {
    long now = clock.millis();
    Health health = health(webhook);
    if (now < health.restsUntil) {
      return null; // it began before the rest, and says nothing new
    }
    if (health.failures++ == 0) {
      health.failingSince = now;
    }
    boolean failsAgain = health.gates > 0;
    boolean failsLong = health.failures >= FAILURES && now - health.failingSince >= OVER.toMillis();
    if (!failsAgain && !failsLong) {
      return null;
    }
    String why = health.failures + " attempts in a row have failed, so it is given a rest.";
    Duration gate = FIRST_GATE.multipliedBy(1L << Math.min(health.gates, 10));
    health.gates++;
    Duration until = gate.compareTo(LONGEST_GATE) > 0 ? LONGEST_GATE : gate;
    health.restsUntil = now + until.toMillis();
    health.steppedAt = 0;
    return new LaneChange.Gate(webhook, LaneState.FAILING, until, why, FIRST_STEP);
  }

  private @Nullable LaneChange afterSuccess(Claim claim) {
    Rate ramp = claim.ramp();
    long now = clock.millis();
    Health known = lanes.get(claim.webhook());
    if (known != null && now < known.restsUntil) {
      known.failures = 0;
      known.gates = 0;
      return null; // it was under way before the rest
    }
    if (ramp == null) {
      lanes.remove(claim.webhook());
      return null;
    }
    Health health = health(claim.webhook());
    health.failures = 0;
    health.gates = 0;
    boolean first = health.steppedAt == 0;
    if (first || now - health.steppedAt < STEP.toMillis()) {
      health.steppedAt = first ? now : health.steppedAt;
      return null;
    }
    health.steppedAt = now;
    boolean full = ramp.perSecond() * 2 >= NO_LIMIT_ANY_MORE;
    Rate next = full ? null : Rate.of(ramp.permits() * 2, ramp.per());
    return new LaneChange.Pace(claim.webhook(), next);
  }

  private void trim() {
    if (lanes.size() > LANES_REMEMBERED) {
      var oldest = lanes.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
