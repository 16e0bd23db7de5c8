package dev.posthorn.dispatch;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from what a job came to: decides, closes the lane where it must, records, tells the
 * listener, and sees to it that somebody looks when the delivery is due again. Thread-safe.
 */
final class Aftermath {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");

  private final Judge judge;
  private final Breakers breakers;
  private final Lanes lanes;
  private final Recorder recorder;
  private final Notifier notifier;
  private final Host host;
  private final Disablings disablings = new Disablings();
  private final Consumer<Duration> dueWithin;
  private final Consumer<Boolean> roomAgain;

  /**
   * An aftermath.
   *
   * @param dueWithin told when something is due again
   * @param roomAgain told that there is room, and whether a lane of the store has more
   */
  Aftermath(
      Judge judge,
      Breakers breakers,
      Lanes lanes,
      Recorder recorder,
      Notifier notifier,
      Host host,
      Consumer<Duration> dueWithin,
      Consumer<Boolean> roomAgain) {
    this.judge = judge;
    this.breakers = breakers;
    this.lanes = lanes;
    this.recorder = recorder;
    this.notifier = notifier;
    this.host = host;
    this.dueWithin = dueWithin;
    this.roomAgain = roomAgain;
  }

  /** An attempt was made. */
  void conclude(Job job, DeliveryContract contract, Attempt attempt) {
    Claim claim = job.claim;
    Verdict verdict = judge.judge(claim, attempt.outcome(), contract);
    List<LaneChange> changes = new ArrayList<>(verdict.lanes());
    LaneChange rest = breakers.after(claim, attempt.outcome());
    if (rest != null) {
      changes.add(rest);
    }
    changes.forEach(this::rest);
    boolean closes = closes(changes);
    if (closes) {
      giveBack(lanes.close(claim.webhook(), claim.event().tenant()));
    }
    boolean news = disables(changes) && disablings.isFirst(claim);
    if (news) {
      changes.forEach(change -> announce(change, false));
    }
    Finished finished = new Finished(claim.id(), claim.fence(), attempt, verdict.next());
    recorder.add(
        new Result(
            finished,
            changes,
            written -> {
              if (closes) {
                lanes.reopen(claim.webhook(), claim.event().tenant());
                dueWithin.accept(Duration.ZERO); // looks at it left it out meanwhile
              }
              if (news) {
                changes.forEach(change -> announce(change, true));
              }
              recorded(claim, finished, written);
            }));
  }

  /** A job ends without an attempt. */
  void end(Job job, Next next) {
    Finished finished = new Finished(job.claim.id(), job.claim.fence(), null, next);
    recorder.add(
        new Result(finished, List.of(), written -> recorded(job.claim, finished, written)));
  }

  /** Jobs that are not attempted now: their claims end unspent. */
  void giveBack(List<Job> jobs) {
    jobs.forEach(job -> end(job, new Next.GivenBack()));
  }

  /** A job has given its permit back. */
  void landed(boolean laneHasMore) {
    roomAgain.accept(laneHasMore);
  }

  private static boolean disables(List<LaneChange> changes) {
    for (LaneChange change : changes) {
      if (change instanceof LaneChange.Disable) {
        return true;
      }
    }
    return false;
  }

  private static boolean closes(List<LaneChange> changes) {
    for (LaneChange change : changes) {
      if (!(change instanceof LaneChange.Open)) {
        return true;
      }
    }
    return false;
  }

  private void recorded(Claim claim, Finished finished, boolean written) {
    if (finished.next() instanceof Next.DueIn due) {
      dueWithin.accept(due.delay());
    } else if (finished.next() instanceof Next.GivenBack) {
      dueWithin.accept(Duration.ZERO);
    }
    if (!written) {
      return;
    }
    log(claim, finished);
    if (notifier.wanted()) {
      tell(claim, finished);
    }
  }

  /** Ids and types, never contents. */
  private static void log(Claim claim, Finished finished) {
    Attempt attempt = finished.attempt();
    if (attempt != null && log.isDebugEnabled()) {
      log.debug(
          "delivery {} of {} to webhook {}: attempt {} after {} ms: {}",
          claim.id(),
          claim.type(),
          claim.webhook(),
          attempt.number(),
          attempt.took().toMillis(),
          attempt.outcome());
    }
    if (finished.next() instanceof Next.Exhausted exhausted) {
      log.warn(
          "delivery {} of {} to webhook {} is given up: {}",
          claim.id(),
          claim.type(),
          claim.webhook(),
          exhausted.reason().explanation());
    }
  }

  private void rest(LaneChange change) {
    if (change instanceof LaneChange.Gate gate) {
      breakers.rests(gate.webhook(), gate.until());
    }
  }

  private void announce(LaneChange change, boolean done) {
    if (change instanceof LaneChange.Disable disable) {
      WebhookId webhook = disable.webhook();
      String why = disable.why();
      if (done) {
        log.warn("webhook {} has been disabled: {}", webhook, why);
        notifier.tell(listener -> listener.disabled(webhook, why));
      } else {
        notifier.tell(listener -> listener.disabling(webhook, why));
      }
    }
  }

  private void tell(Claim claim, Finished finished) {
    Delivery delivery = delivery(claim, finished);
    Attempt attempt = finished.attempt();
    if (attempt != null) {
      notifier.tell(listener -> listener.attempted(delivery, attempt));
    }
    if (delivery.state() == DeliveryState.DELIVERED) {
      notifier.tell(listener -> listener.delivered(delivery));
    } else if (delivery.state() == DeliveryState.EXHAUSTED) {
      notifier.tell(listener -> listener.exhausted(delivery));
    }
  }

  private Delivery delivery(Claim claim, Finished finished) {
    DeliveryState state = DeliveryState.PENDING;
    @Nullable Instant next = null;
    @Nullable EndReason ended = null;
    Instant now = host.clock().instant();
    if (finished.next() instanceof Next.Delivered) {
      state = DeliveryState.DELIVERED;
    } else if (finished.next() instanceof Next.Exhausted exhausted) {
      state = DeliveryState.EXHAUSTED;
      ended = exhausted.reason();
    } else if (finished.next() instanceof Next.DueIn due) {
      next = now.plus(due.delay());
    }
    Attempt attempt = finished.attempt();
    return new Delivery(
        claim.id(),
        claim.webhook(),
        claim.event(),
        claim.type(),
        state,
        claim.round(),
        attempt == null ? claim.attempts() : attempt.number(),
        claim.acceptedAt(),
        next,
        attempt == null ? null : attempt.outcome(),
        ended,
        state.ended() ? now : null);
  }
}
