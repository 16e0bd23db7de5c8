package dev.posthorn.dispatch;

import dev.posthorn.delivery.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which job may go next, and how many more there is room for. Guarded by the lanes' lock.
 *
 * <p>A lane is doubtful while it is new, failing or slow. Doubtful lanes share a small part of the
 * permits, so that dead endpoints, however many, leave the rest to the others.
 */
final class Traffic {
  /** An exchange that lasts longer moves its permit to the doubtful ones. */
  static final Duration SLOW = Duration.ofMillis(500);

  /** While an exchange has lasted longer than this, its lane gets no further common permit. */
  private static final long SUSPECT_NANOS = Duration.ofMillis(100).toNanos();

  private static final int NEW_LANE_LIMIT = 4;
  private static final int PREFETCH = 64;

  private final LongSupplier ticks;
  private final int limitPerLane;
  private final Permits permits;
  private final Rotation common = new Rotation();
  private final Rotation doubtful = new Rotation();
  private final ArrayDeque<Job> commonFlights = new ArrayDeque<>();
  private int commonWaiting;
  private int doubtfulWaiting;
  private boolean doubtfulsTurn;

  Traffic(Limits limits, LongSupplier ticks) {
    this.ticks = ticks;
    this.limitPerLane = limits.inFlightPerWebhook();
    this.permits = new Permits(limits.inFlight());
  }

  /** How many more of a kind there is room for: free permits, and some that wait for one. */
  int room(boolean aside) {
    int waiting = aside ? doubtfulWaiting : commonWaiting;
    return Math.max(0, permits.left(aside) + prefetch(aside) - waiting);
  }

  /**
   * How many more of a lane there is room for: twice as many as may be in flight. A new lane gets
   * as little here as there, or a few that hang would fill all places that new ones share.
   */
  int room(Lane lane) {
    if (lane.closing > 0 || lane.unsendable) {
      return 0;
    }
    return Math.max(0, Math.min(2 * limit(lane) - lane.load(), room(doubtful(lane))));
  }

  /** True if a lane has more than could be in flight, and wait for it, even if it were proven. */
  boolean full(Lane lane) {
    return lane.most < limitPerLane && lane.load() >= 2 * mostEver(lane);
  }

  /** True if the store has more of a lane that has room for it. */
  boolean wantsMore(Lane lane) {
    return lane.backlogged && room(lane) > 0 && lane.waiting.size() * 2 <= limit(lane);
  }

  /** True if half of the places for waiting jobs are free. */
  boolean halfEmpty() {
    return waiting() * 2 <= prefetch(false) + prefetch(true);
  }

  /** True if jobs wait for a common permit while all of them are in use. */
  boolean congested() {
    return !common.isEmpty() && !permits.free(false);
  }

  int inFlight() {
    return permits.inUse();
  }

  int waiting() {
    return commonWaiting + doubtfulWaiting;
  }

  boolean doubtful(Lane lane) {
    if (!lane.proven) {
      return true;
    }
    Job oldest = lane.oldestFlight();
    return oldest != null && ticks.getAsLong() - oldest.startedAt > SUSPECT_NANOS;
  }

  /** Takes the next job that may go, with a permit; null if none may. */
  @Nullable Job take() {
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

  /** Ends a job's exchange and gives its permit back. */
  void land(Lane lane, Job job, boolean sound) {
    lane.land(job);
    permits.give(job.aside);
    lane.proven = sound;
    changed(lane);
  }

  /** Undoes a take that could not be carried out. */
  void untake(Lane lane, Job job, boolean waits) {
    lane.land(job);
    permits.give(job.aside);
    if (waits) {
      lane.waiting.addFirst(new Job(job.claim, job.leaseEnds, job.epoch));
    }
    changed(lane);
  }

  /** Takes out all jobs of a lane that wait. */
  List<Job> empty(Lane lane) {
    List<Job> jobs = List.copyOf(lane.waiting);
    lane.waiting.clear();
    changed(lane);
    return jobs;
  }

  /** To be called after a lane's queue, promises or behaviour have changed. */
  void changed(Lane lane) {
    count(lane.countedAside, -lane.counted);
    lane.counted = lane.queued();
    lane.countedAside = doubtful(lane);
    count(lane.countedAside, lane.counted);
    list(lane);
  }

  private @Nullable Lane turn() {
    boolean commonMay =
        !common.isEmpty() && (permits.free(false) || (moveSlowAside() && permits.free(false)));
    boolean doubtfulMay = !doubtful.isEmpty() && permits.free(true);
    if (commonMay && doubtfulMay && permits.shared()) {
      doubtfulsTurn = !doubtfulsTurn; // or a busy lane would keep new ones waiting for ever
      return doubtfulsTurn ? doubtful.next() : common.next();
    }
    if (commonMay) {
      return common.next();
    }
    return doubtfulMay ? doubtful.next() : null;
  }

  private Job takeOff(Lane lane, boolean aside) {
    Job job = lane.waiting.removeFirst();
    job.aside = aside;
    job.startedAt = ticks.getAsLong();
    permits.take(aside);
    lane.takeOff(job);
    if (!aside) {
      commonFlights.addLast(job);
      while (commonFlights.getFirst().landed) {
        commonFlights.removeFirst();
      }
    }
    changed(lane);
    return job;
  }

  /** Moves the permits of exchanges that have become slow, as far as there is room for them. */
  private boolean moveSlowAside() {
    long now = ticks.getAsLong();
    boolean moved = false;
    for (Job oldest = commonFlights.peekFirst();
        oldest != null;
        oldest = commonFlights.peekFirst()) {
      boolean slow = now - oldest.startedAt >= SLOW.toNanos();
      if (!oldest.landed && !(slow && permits.moveAside())) {
        return moved;
      }
      commonFlights.removeFirst();
      if (!oldest.landed) {
        oldest.aside = true;
        moved = true;
      }
    }
    return moved;
  }

  /** Puts a lane that may go into the rotation of its kind, out of the other one. */
  private void list(Lane lane) {
    boolean aside = doubtful(lane);
    if (lane.listed && lane.listedAside != aside) {
      rotation(lane.listedAside).remove(lane);
      lane.listed = false;
    }
    if (!lane.listed && mayGo(lane)) {
      lane.listed = true;
      lane.listedAside = aside;
      rotation(aside).add(lane);
    }
  }

  private Rotation rotation(boolean aside) {
    return aside ? doubtful : common;
  }

  private boolean mayGo(Lane lane) {
    return !lane.waiting.isEmpty() && lane.inFlight() < limit(lane);
  }

  private int limit(Lane lane) {
    int most = mostEver(lane);
    return lane.proven ? most : Math.min(most, NEW_LANE_LIMIT);
  }

  private int mostEver(Lane lane) {
    return Math.min(limitPerLane, lane.most);
  }

  private int prefetch(boolean aside) {
    return Math.min(PREFETCH, permits.limit(aside));
  }

  private void count(boolean aside, int jobs) {
    if (aside) {
      doubtfulWaiting += jobs;
    } else {
      commonWaiting += jobs;
    }
  }
}
