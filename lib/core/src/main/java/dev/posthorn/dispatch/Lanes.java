package dev.posthorn.dispatch;

import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What this process has claimed and not finished, lane by lane. Thread-safe: one lock, held for a
 * few steps at a time.
 *
 * <p>A lane that a result closes is closed at once, before the store knows. Claims that were asked
 * for before the store knew may still arrive after it: they bear the epoch of that time, and are
 * turned away.
 */
final class Lanes {
  private static final int CLAIM_PER_UNKNOWN_LANE = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final LaneTable table;
  private final Traffic traffic;
  private final int perUnknownLane;
  private long epoch;

  Lanes(Limits limits, LongSupplier ticks) {
    this(limits, ticks, webhook -> Integer.MAX_VALUE);
  }

  /** With limits for all lanes, and each webhook's own concurrency. */
  Lanes(Limits limits, LongSupplier ticks, ToIntFunction<WebhookId> concurrency) {
    this.table = new LaneTable(concurrency);
    this.traffic = new Traffic(limits, ticks);
    this.perUnknownLane = Math.min(CLAIM_PER_UNKNOWN_LANE, 2 * limits.inFlightPerWebhook());
  }

  /**
   * What can be claimed now.
   *
   * @param max in all
   * @param perLane of a lane that is not named
   * @param lanes of those that are
   */
  record Room(int max, int perLane, Map<WebhookId, Integer> lanes) {}

  /**
   * What became of the jobs of a claim.
   *
   * @param refused those whose lane has been closed meanwhile: give them back
   * @param again true if a lane already has room for more that the store has
   */
  record Offered(List<Job> refused, boolean again) {}

  /** To be read before a store is asked for claims, and given to the jobs that come of it. */
  long epoch() {
    return locked(() -> epoch);
  }

  /** Where the doubtful have no room, only lanes that are known to be sound are asked for. */
  Room room() {
    return locked(
        () -> {
          Map<WebhookId, Integer> named = new HashMap<>();
          table.active().forEach(lane -> named.put(lane.webhook, traffic.room(lane)));
          int aside = traffic.room(true);
          if (aside == 0) {
            table.idle().stream()
                .filter(lane -> !traffic.doubtful(lane))
                .forEach(lane -> named.put(lane.webhook, traffic.room(lane)));
          }
          int perLane = aside == 0 ? 0 : perUnknownLane;
          return new Room(traffic.room(false) + aside, perLane, named);
        });
  }

  /** Promises a place for a delivery that is about to be published; false if there is none. */
  boolean reserve(WebhookId webhook, Tenant tenant) {
    return locked(
        () -> {
          Lane lane = table.lane(webhook, tenant);
          if (lane.backlogged || traffic.room(lane) == 0) {
            lane.backlogged = true; // or later ones would overtake those that wait in the store
            return false;
          }
          lane.reserved++;
          traffic.changed(lane);
          return true;
        });
  }

  /** Takes back what {@link #reserve} promised. */
  void release(WebhookId webhook) {
    run(
        () -> {
          Lane lane = table.active(webhook);
          if (lane != null && lane.reserved > 0) {
            lane.reserved--;
            settle(lane);
          }
        });
  }

  /**
   * Puts a job of a published delivery in the place that was reserved for it.
   *
   * @return false if the lane has been closed meanwhile: give it back
   */
  boolean offerReserved(Job job) {
    return locked(
        () -> {
          table.of(job).reserved--;
          return put(job);
        });
  }

  /**
   * Puts the jobs of a claim in their lanes, and notes which of them the store has more of.
   *
   * @param cut true if the claim was full, so that a lane may have got less than there was
   */
  Offered offer(List<Job> jobs, Room asked, boolean cut) {
    return locked(
        () -> {
          Map<WebhookId, Integer> granted = new HashMap<>();
          List<Job> refused = new ArrayList<>();
          for (Job job : jobs) {
            granted.merge(job.claim.webhook(), 1, Integer::sum);
            if (isTooMuch(job) || !put(job)) {
              refused.add(job);
            }
          }
          boolean again = false;
          for (Lane lane : table.active()) {
            int room = asked.lanes().getOrDefault(lane.webhook, asked.perLane());
            int got = granted.getOrDefault(lane.webhook, 0);
            lane.backlogged = got >= room || (cut && lane.backlogged);
            table.retire(lane);
            again |= traffic.wantsMore(lane);
          }
          return new Offered(refused, again);
        });
  }

  /** Takes all jobs that may go now, each with a permit. */
  List<Job> take() {
    return locked(
        () -> {
          List<Job> taken = new ArrayList<>(1);
          for (Job job = traffic.take(); job != null; job = traffic.take()) {
            taken.add(job);
          }
          return taken;
        });
  }

  /**
   * Ends a job and gives its permit back.
   *
   * @param sound true if the endpoint answered, and quickly
   * @return true if the store has more of the lane and there is room for it
   */
  boolean land(Job job, boolean sound) {
    return locked(
        () -> {
          Lane lane = table.of(job);
          traffic.land(lane, job, sound);
          table.retire(lane);
          return traffic.wantsMore(lane);
        });
  }

  /**
   * Undoes a take that could not be carried out.
   *
   * @return false if the lane has been closed meanwhile: give it back
   */
  boolean untake(Job job) {
    return locked(
        () -> {
          Lane lane = table.of(job);
          boolean waits = !closed(lane, job);
          traffic.untake(lane, job, waits);
          table.retire(lane);
          return waits;
        });
  }

  /** True if the lane of a job that has been taken has been closed meanwhile. */
  boolean closed(Job job) {
    return locked(
        () -> {
          Lane lane = table.active(job.claim.webhook());
          return lane != null && closed(lane, job);
        });
  }

  /** Closes a lane until {@link #reopen}; returns the jobs that must be given back. */
  List<Job> close(WebhookId webhook, Tenant tenant) {
    return locked(
        () -> {
          Lane lane = table.lane(webhook, tenant);
          lane.closing++;
          return traffic.empty(lane);
        });
  }

  /** What closed the lane has been written: claims that are asked for from now on know it. */
  void reopen(WebhookId webhook, Tenant tenant) {
    run(
        () -> {
          Lane lane = table.lane(webhook, tenant);
          lane.closing--;
          lane.closedUntil = ++epoch;
          table.retire(lane);
        });
  }

  /** Skips a lane until {@link #reconsider}; returns the jobs that must be given back. */
  List<Job> setUnsendable(WebhookId webhook, Tenant tenant) {
    return locked(
        () -> {
          Lane lane = table.lane(webhook, tenant);
          lane.unsendable = true;
          return traffic.empty(lane);
        });
  }

  /** Tries lanes again that could not be sent to. */
  void reconsider() {
    run(
        () -> {
          for (Lane lane : table.active()) {
            lane.unsendable = false;
            table.retire(lane);
          }
        });
  }

  /** Takes out all jobs that wait. */
  List<Job> emptyAll() {
    return locked(
        () -> {
          List<Job> jobs = new ArrayList<>();
          for (Lane lane : table.active()) {
            jobs.addAll(traffic.empty(lane));
            table.retire(lane);
          }
          return jobs;
        });
  }

  /** True if half of the places for waiting jobs are free. */
  boolean halfEmpty() {
    return locked(traffic::halfEmpty);
  }

  /** True if jobs wait for a common permit while all of them are in use. */
  boolean congested() {
    return locked(traffic::congested);
  }

  int inFlight() {
    return locked(traffic::inFlight);
  }

  boolean isEmpty() {
    return locked(() -> traffic.inFlight() == 0 && traffic.waiting() == 0);
  }

  /** A lane that was not known may have been granted more than its webhook's concurrency bears. */
  private boolean isTooMuch(Job job) {
    return traffic.full(table.of(job));
  }

  private boolean put(Job job) {
    Lane lane = table.of(job);
    boolean closed = closed(lane, job);
    if (!closed) {
      lane.waiting.addLast(job);
    }
    settle(lane);
    return !closed;
  }

  private static boolean closed(Lane lane, Job job) {
    return lane.closing > 0 || lane.unsendable || job.epoch < lane.closedUntil;
  }

  private void settle(Lane lane) {
    traffic.changed(lane);
    table.retire(lane);
  }

  private void run(Runnable body) {
    lock.lock();
    try {
      body.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }
}
