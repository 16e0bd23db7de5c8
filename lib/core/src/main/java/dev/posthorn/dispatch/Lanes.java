package dev.posthorn.dispatch;

import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this process has claimed and not finished, lane by lane, and who may go next. Thread-safe:
 * one lock, held for a few steps at a time.
 *
 * <p>A lane is doubtful while it is new, failing or slow. Doubtful lanes share a small part of the
 * permits, so that dead endpoints, however many, leave the rest to the others.
 */
final class Lanes {
  /** An exchange that lasts longer moves its permit to the doubtful ones. */
  static final Duration SLOW = Duration.ofMillis(500);

  /** While an exchange has lasted longer than this, its lane gets no further common permit. */
  private static final long SUSPECT_NANOS = Duration.ofMillis(100).toNanos();

  private static final int NEW_LANE_LIMIT = 4;
  private static final int CLAIM_PER_UNKNOWN_LANE = 8;
  private static final int IDLE_LANES_REMEMBERED = 4_096;
  private static final int PREFETCH = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier ticks;
  private final int limitPerLane;
  private final Permits permits;
  private final Map<WebhookId, Lane> active = new HashMap<>();
  private final LinkedHashMap<WebhookId, Lane> idle = new LinkedHashMap<>();
  private final Rotation common = new Rotation();
  private final Rotation doubtful = new Rotation();
  private final ArrayDeque<Job> commonFlights = new ArrayDeque<>();
  private int commonWaiting;
  private int doubtfulWaiting;
  private long epoch;

  Lanes(Limits limits, LongSupplier ticks) {
    this.ticks = ticks;
    this.limitPerLane = limits.inFlightPerWebhook();
    this.permits = new Permits(limits.inFlight());
  }

  /** What can be claimed now. */
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
    lock.lock();
    try {
      return epoch;
    } finally {
      lock.unlock();
    }
  }

  Room room() {
    lock.lock();
    try {
      int free = commonRoom();
      int aside = doubtfulRoom();
      Map<WebhookId, Integer> named = new HashMap<>();
      for (Lane lane : active.values()) {
        named.put(lane.webhook, roomOf(lane));
      }
      if (aside <= 0) {
        idle.values().stream().filter(this::sound).forEach(l -> named.put(l.webhook, roomOf(l)));
      }
      int perLane = aside <= 0 ? 0 : Math.min(CLAIM_PER_UNKNOWN_LANE, 2 * limitPerLane);
      return new Room(Math.max(0, free) + Math.max(0, aside), perLane, named);
    } finally {
      lock.unlock();
    }
  }

  /** Promises a place for a delivery that is about to be published; false if there is none. */
  boolean reserve(WebhookId webhook, Tenant tenant) {
    lock.lock();
    try {
      Lane lane = lane(webhook, tenant);
      boolean room = roomOf(lane) > 0 && (doubtful(lane) ? doubtfulRoom() : commonRoom()) > 0;
      boolean open = lane.closing == 0 && !lane.unsendable && !lane.backlogged;
      if (!room || !open) {
        lane.backlogged = true;
        retire(lane);
        return false;
      }
      lane.reserved++;
      recount(lane);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what {@link #reserve} promised. */
  void release(WebhookId webhook) {
    lock.lock();
    try {
      Lane lane = active.get(webhook);
      if (lane != null && lane.reserved > 0) {
        lane.reserved--;
        recount(lane);
        retire(lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts a job of a published delivery in the place that was reserved for it.
   *
   * @return false if the lane has been closed meanwhile: give it back
   */
  boolean offerReserved(Job job) {
    lock.lock();
    try {
      laneOf(job).reserved--;
      return put(job);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts the jobs of a claim in their lanes, and notes which of them the store has more of.
   *
   * @param cut true if the claim was full, so that a lane may have got less than there was
   */
  Offered offer(List<Job> jobs, Room asked, boolean cut) {
    lock.lock();
    try {
      Map<WebhookId, Integer> granted = new HashMap<>();
      List<Job> refused = new ArrayList<>();
      for (Job job : jobs) {
        granted.merge(job.claim.webhook(), 1, Integer::sum);
        if (!put(job)) {
          refused.add(job);
        }
      }
      boolean again = false;
      for (Lane lane : List.copyOf(active.values())) {
        int room = asked.lanes().getOrDefault(lane.webhook, asked.perLane());
        noteBacklog(lane, granted.getOrDefault(lane.webhook, 0), room, cut);
        again |= wantsMore(lane);
      }
      return new Offered(refused, again);
    } finally {
      lock.unlock();
    }
  }

  /** Takes as many jobs as may go now, each with a permit. */
  List<Job> take(int most) {
    lock.lock();
    try {
      List<Job> taken = new ArrayList<>();
      while (taken.size() < most) {
        Job job = takeOne();
        if (job == null) {
          break;
        }
        taken.add(job);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a job and gives its permit back.
   *
   * @param sound true if the endpoint answered
   * @return true if the store has more of the lane and there is room for it
   */
  boolean land(Job job, boolean sound) {
    lock.lock();
    try {
      Lane lane = laneOf(job);
      lane.land(job);
      permits.give(job.aside);
      boolean quick = ticks.getAsLong() - job.startedAt <= SLOW.toNanos();
      lane.proven = sound && quick;
      recount(lane);
      list(lane);
      boolean more = wantsMore(lane);
      retire(lane);
      return more;
    } finally {
      lock.unlock();
    }
  }

  /** Undoes a take that could not be carried out. */
  void untake(Job job) {
    lock.lock();
    try {
      Lane lane = laneOf(job);
      lane.land(job);
      permits.give(job.aside);
      Job again = new Job(job.claim, job.leaseEnds, job.epoch);
      lane.waiting.addFirst(again);
      recount(lane);
      list(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Closes a lane until {@link #reopen}; returns the jobs that must be given back. */
  List<Job> close(WebhookId webhook, Tenant tenant) {
    lock.lock();
    try {
      Lane lane = lane(webhook, tenant);
      lane.closing++;
      return empty(lane);
    } finally {
      lock.unlock();
    }
  }

  /** What closed the lane has been written: claims that are asked for from now on know it. */
  void reopen(WebhookId webhook, Tenant tenant) {
    lock.lock();
    try {
      Lane lane = lane(webhook, tenant);
      lane.closing--;
      lane.closedUntil = ++epoch;
      retire(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Skips a lane until {@link #reconsider}; returns the jobs that must be given back. */
  List<Job> setUnsendable(WebhookId webhook, Tenant tenant) {
    lock.lock();
    try {
      Lane lane = lane(webhook, tenant);
      lane.unsendable = true;
      return empty(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Tries lanes again that could not be sent to. */
  void reconsider() {
    lock.lock();
    try {
      for (Lane lane : List.copyOf(active.values())) {
        lane.unsendable = false;
        retire(lane);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes out all jobs that wait. */
  List<Job> emptyAll() {
    lock.lock();
    try {
      List<Job> jobs = new ArrayList<>();
      for (Lane lane : List.copyOf(active.values())) {
        jobs.addAll(empty(lane));
        retire(lane);
      }
      return jobs;
    } finally {
      lock.unlock();
    }
  }

  /** True if the store has more for a lane that has room again, so that a claim is worth while. */
  boolean wantsMore(WebhookId webhook) {
    lock.lock();
    try {
      Lane lane = active.get(webhook);
      return lane != null && wantsMore(lane);
    } finally {
      lock.unlock();
    }
  }

  /** True if half of the places for waiting jobs are free. */
  boolean halfEmpty() {
    lock.lock();
    try {
      return (commonWaiting + doubtfulWaiting) * 2 <= prefetch(false) + prefetch(true);
    } finally {
      lock.unlock();
    }
  }

  /** True if jobs wait for a common permit while all of them are in use. */
  boolean congested() {
    lock.lock();
    try {
      return !common.isEmpty() && !permits.free(false);
    } finally {
      lock.unlock();
    }
  }

  int inFlight() {
    lock.lock();
    try {
      return permits.inUse();
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return permits.inUse() == 0 && commonWaiting + doubtfulWaiting == 0;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Job takeOne() {
    while (true) {
      Lane lane = turn();
      if (lane == null) {
        return null;
      }
      lane.listed = false;
      boolean aside = doubtful(lane);
      if (mayGo(lane) && permits.free(aside)) {
        return takeOff(lane, aside);
      }
      list(lane); // its kind has changed since it was listed
    }
  }

  private @Nullable Lane turn() {
    if (!common.isEmpty() && (permits.free(false) || (moveSlowAside() && permits.free(false)))) {
      return common.next();
    }
    return permits.free(true) ? doubtful.next() : null;
  }

  private Job takeOff(Lane lane, boolean aside) {
    Job job = lane.waiting.removeFirst();
    recount(lane);
    job.aside = aside;
    job.startedAt = ticks.getAsLong();
    permits.take(aside);
    lane.takeOff(job);
    if (!aside) {
      commonFlights.addLast(job);
    }
    list(lane);
    return job;
  }

  /** Moves the permits of exchanges that have become slow, as far as there is room for them. */
  private boolean moveSlowAside() {
    long now = ticks.getAsLong();
    boolean moved = false;
    while (true) {
      Job oldest = commonFlights.peekFirst();
      if (oldest == null) {
        return moved;
      }
      if (oldest.landed) {
        commonFlights.pollFirst();
        continue;
      }
      if (now - oldest.startedAt < SLOW.toNanos() || !permits.moveAside()) {
        return moved;
      }
      commonFlights.pollFirst();
      oldest.aside = true;
      moved = true;
    }
  }

  private boolean mayGo(Lane lane) {
    int limit = lane.proven ? limitPerLane : Math.min(limitPerLane, NEW_LANE_LIMIT);
    return !lane.waiting.isEmpty() && lane.inFlight() < limit;
  }

  /** Puts a lane into the rotation of its kind, if it may go and stands in none. */
  private void list(Lane lane) {
    if (!lane.listed && mayGo(lane)) {
      lane.listed = true;
      (doubtful(lane) ? doubtful : common).add(lane);
    }
  }

  private boolean doubtful(Lane lane) {
    return !sound(lane);
  }

  private boolean sound(Lane lane) {
    if (!lane.proven) {
      return false;
    }
    Job oldest = lane.oldestFlight();
    return oldest == null || ticks.getAsLong() - oldest.startedAt <= SUSPECT_NANOS;
  }

  private int roomOf(Lane lane) {
    if (lane.closing > 0 || lane.unsendable) {
      return 0;
    }
    return Math.max(0, 2 * limitPerLane - lane.load());
  }

  private int commonRoom() {
    return permits.left(false) + prefetch(false) - commonWaiting;
  }

  private int doubtfulRoom() {
    return permits.left(true) + prefetch(true) - doubtfulWaiting;
  }

  private int prefetch(boolean aside) {
    return Math.min(PREFETCH, permits.limit(aside));
  }

  private List<Job> empty(Lane lane) {
    List<Job> jobs = List.copyOf(lane.waiting);
    lane.waiting.clear();
    recount(lane);
    return jobs;
  }

  private boolean put(Job job) {
    Lane lane = laneOf(job);
    boolean closed = lane.closing > 0 || lane.unsendable || job.epoch < lane.closedUntil;
    if (!closed) {
      lane.waiting.addLast(job);
    }
    recount(lane);
    list(lane);
    retire(lane);
    return !closed;
  }

  private boolean wantsMore(Lane lane) {
    return lane.backlogged && roomOf(lane) > 0 && lane.waiting.size() * 2 <= limitPerLane;
  }

  private void noteBacklog(Lane lane, int granted, int room, boolean cut) {
    if (granted >= room) {
      lane.backlogged = true;
    } else if (!cut) {
      lane.backlogged = false;
      retire(lane);
    }
  }

  /** Keeps the numbers of waiting jobs right, whichever kind the lane is of now. */
  private void recount(Lane lane) {
    add(lane.countedAside, -lane.counted);
    lane.counted = lane.queued();
    lane.countedAside = doubtful(lane);
    add(lane.countedAside, lane.counted);
  }

  private void add(boolean aside, int jobs) {
    if (aside) {
      doubtfulWaiting += jobs;
    } else {
      commonWaiting += jobs;
    }
  }

  private Lane lane(WebhookId webhook, Tenant tenant) {
    Lane lane = active.get(webhook);
    if (lane == null) {
      lane = idle.remove(webhook);
      if (lane == null) {
        lane = new Lane(webhook, tenant);
      }
      active.put(webhook, lane);
    }
    return lane;
  }

  private Lane laneOf(Job job) {
    return lane(job.claim.webhook(), job.claim.event().tenant());
  }

  /** Sets a lane aside that has nothing to do; the one idle for longest is forgotten. */
  private void retire(Lane lane) {
    if (lane.load() > 0 || lane.closing > 0 || lane.unsendable || lane.backlogged) {
      return;
    }
    if (active.remove(lane.webhook) == null) {
      return;
    }
    idle.put(lane.webhook, lane);
    if (idle.size() > IDLE_LANES_REMEMBERED) {
      Iterator<WebhookId> oldest = idle.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
