package dev.posthorn.dispatch;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Exchanger;
import dev.posthorn.exchange.Target;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.List;

/**
 * Carries deliveries out: takes jobs whose turn it is, makes their attempts on the host's threads,
 * and hands on what came of them. A thread that has finished one goes on with the next.
 * Thread-safe.
 */
final class Courier {
  /** After so many leases in a row without a result, the delivery itself may be the cause. */
  static final int LAPSES = 5;

  private static final Duration AGAIN = Duration.ofMillis(100);
  private static final Duration MARGIN = Duration.ofMillis(200);

  private final Lanes lanes;
  private final Directory directory;
  private final Exchanger exchanger;
  private final Aftermath aftermath;
  private final Household house;
  private final Alarm again;
  private volatile boolean stopping;
  private volatile boolean cancelled;

  Courier(
      Lanes lanes, Directory directory, Exchanger exchanger, Aftermath aftermath, Household house) {
    this.lanes = lanes;
    this.directory = directory;
    this.exchanger = exchanger;
    this.aftermath = aftermath;
    this.house = house;
    this.again = house.alarm(this::pump);
  }

  /** Starts all jobs whose turn it is. */
  void pump() {
    lanes.take().forEach(this::start);
    if (lanes.congested()) {
      again.within(Traffic.SLOW); // by then some permits may have turned out to be slow ones
    }
  }

  void turnOn() {
    stopping = false;
  }

  /** From now on jobs are given back instead of being attempted. */
  void turnOff() {
    stopping = true;
    aftermath.giveBack(lanes.emptyAll());
  }

  /** The sender is being closed: what fails from now on was cut off by us, and is given back. */
  void cancelling() {
    cancelled = true;
    again.turnOff();
  }

  private void start(Job job) {
    if (!house.run(house.host().exchanges(), "starting an exchange", () -> work(job))) {
      if (!lanes.untake(job)) {
        aftermath.giveBack(List.of(job));
      }
      again.within(AGAIN);
    }
  }

  private void work(Job first) {
    List<Job> jobs = List.of(first);
    while (!jobs.isEmpty()) {
      Job job = jobs.get(0);
      jobs.subList(1, jobs.size()).forEach(this::start);
      boolean sound = false;
      try {
        sound = carry(job);
      } catch (Throwable failure) { // its lease lapses; the thread goes on with the others
        house.troubles().note(Troubles.Kind.EXECUTOR, "carrying out a delivery", failure);
      } finally {
        boolean wantsMore = lanes.land(job, sound);
        aftermath.landed(wantsMore);
      }
      jobs = lanes.take();
    }
  }

  /** Makes the attempt, if it may still be made; true if the endpoint answered as it should. */
  private boolean carry(Job job) {
    Claim claim = job.claim;
    if (stopping || lanes.closed(job)) { // it may have waited for a thread
      aftermath.giveBack(List.of(job));
      return false;
    }
    Directory.Entry entry;
    try {
      entry = directory.find(claim.webhook(), claim.webhookVersion());
    } catch (Throwable failure) { // whatever the store throws, the loop goes on
      house.troubles().note(Troubles.Kind.STORE, "reading webhooks", failure);
      aftermath.giveBack(List.of(job));
      return false;
    }
    if (entry == null) {
      aftermath.giveBack(List.of(job));
      return false;
    }
    if (claim.age().compareTo(claim.maxAge()) > 0) {
      aftermath.end(job, new Next.Exhausted(EndReason.EXPIRED));
      return false;
    }
    Target target = entry.target();
    if (target == null) {
      refuse(job);
      return false;
    }
    if (!leaseCovers(job, target.timeout())) {
      aftermath.giveBack(List.of(job));
      return false;
    }
    return attempt(job, target);
  }

  private boolean attempt(Job job, Target target) {
    boolean lapsed = job.claim.lapses() >= LAPSES;
    long begun = house.host().ticks().getAsLong();
    Attempt attempt = lapsed ? lapsed(job.claim) : exchanger.attempt(target, job.claim);
    boolean quick = house.host().ticks().getAsLong() - begun <= Traffic.SLOW.toNanos();
    if (cancelled && !attempt.outcome().accepted()) {
      aftermath.giveBack(List.of(job));
      return false;
    }
    aftermath.conclude(job, target.contract(), attempt);
    return quick && sound(attempt.outcome());
  }

  /** A receiver that answers quickly, be it with an error, costs the others nothing. */
  private static boolean sound(Outcome outcome) {
    return outcome.accepted() || (outcome instanceof Outcome.Failed failed && failed.status() > 0);
  }

  private boolean leaseCovers(Job job, Duration timeout) {
    long left = job.leaseEnds - house.host().ticks().getAsLong();
    return left >= timeout.plus(MARGIN).toNanos();
  }

  private void refuse(Job job) {
    WebhookId webhook = job.claim.webhook();
    Tenant tenant = job.claim.event().tenant();
    aftermath.giveBack(lanes.setUnsendable(webhook, tenant));
    aftermath.giveBack(List.of(job));
  }

  private Attempt lapsed(Claim claim) {
    return new Attempt(
        claim.round(),
        claim.attempts() + 1,
        house.host().clock().instant(),
        Duration.ZERO,
        Outcome.Failed.of(FailureDetail.LEASE_LAPSED),
        "",
        false);
  }
}
