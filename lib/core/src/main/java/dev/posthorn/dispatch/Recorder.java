package dev.posthorn.dispatch;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes results in groups. Whoever brings one writes it at once, together with all that came in
 * while the write before was under way; so groups grow with the load, and nothing waits for a group
 * to fill. A group that the store refuses is set aside, tried again and then halved, until what the
 * store cannot take stands alone; it does not stop the others. Thread-safe.
 */
final class Recorder {
  private static final int LARGEST_GROUP = 500;
  private static final int TRIES = 12;
  private static final int TRIES_WITH_SNIPPET = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final DeliveryStore store;
  private final Household house;
  private final Alarm again;
  private final ConcurrentLinkedQueue<Result> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean writing = new AtomicBoolean();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicBoolean retryDue = new AtomicBoolean();
  private final ArrayDeque<Group> troubled = new ArrayDeque<>(); // only the writer
  private volatile boolean pausing;
  private volatile Duration pause = FIRST_PAUSE;
  private int pauses; // only the writer

  /** Results that failed together, and how often. */
  private record Group(List<Result> results, int failures) {}

  Recorder(DeliveryStore store, Household house) {
    this.store = store;
    this.house = house;
    this.again = house.alarm(this::resume);
  }

  /** Takes a result and, unless somebody is writing already, writes. */
  void add(Result result) {
    open.incrementAndGet();
    arrived.add(result);
    if (pausing) {
      again.within(pause); // the alarm that is to end the pause may have been lost
    } else if (writing.compareAndSet(false, true)) {
      writeOnce();
    }
  }

  /** Tries to write what is left now, pause or not. */
  void flush() {
    if (writing.compareAndSet(false, true)) {
      pausing = false;
      retryDue.set(true);
      writeOnce();
    }
  }

  /** True if everything that came has been written. */
  boolean isEmpty() {
    return open.get() == 0;
  }

  /** How many results came too late: another process had taken the delivery over. */
  long refused() {
    return refused.get();
  }

  void turnOff() {
    again.turnOff();
  }

  /** One group on this thread; what came meanwhile is written by the engine's own thread. */
  private void writeOnce() {
    try {
      writeNext();
    } finally {
      writing.set(false);
    }
    if (hasWork() && writing.compareAndSet(false, true)) {
      handOver();
    }
  }

  private void handOver() {
    if (!house.chore("recording results", this::writeAll)) {
      writing.set(false);
      again.within(FIRST_PAUSE);
    }
  }

  private void writeAll() {
    do {
      try {
        while (hasWork()) {
          writeNext();
        }
      } finally {
        writing.set(false);
      }
    } while (hasWork() && writing.compareAndSet(false, true));
  }

  private void resume() {
    pausing = false;
    retryDue.set(true);
    if (writing.compareAndSet(false, true)) {
      handOver();
    }
  }

  private boolean hasWork() {
    return retryDue.get() || (!pausing && !arrived.isEmpty());
  }

  private void writeNext() {
    if (retryDue.getAndSet(false)) {
      retryTroubled();
    }
    Group fresh = arrivals();
    if (!fresh.results().isEmpty()) {
      attempt(fresh);
    }
  }

  /** Each troubled group once, but no further after a failure: the store may be down. */
  private void retryTroubled() {
    for (int left = troubled.size(); left > 0; left--) {
      if (!attempt(troubled.removeFirst())) {
        return;
      }
    }
  }

  private boolean attempt(Group group) {
    try {
      Set<DeliveryId> skipped = write(group);
      pauses = 0;
      house.troubles().storeWorks();
      written(group, skipped);
      return true;
    } catch (Throwable failure) { // whatever the store throws, the loop goes on
      house.troubles().note(Troubles.Kind.STORE, "recording results", failure);
      boolean fresh = group.failures() == 0;
      setAside(group);
      Duration next = FIRST_PAUSE.multipliedBy(1L << Math.min(pauses++, 10));
      pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
      pausing |= fresh; // before the alarm is set, which may ring at once and ends the pause
      again.within(pause);
      return false;
    }
  }

  private Group arrivals() {
    List<Result> results = new ArrayList<>();
    Result result;
    while (results.size() < LARGEST_GROUP && (result = arrived.poll()) != null) {
      results.add(result);
    }
    return new Group(results, 0);
  }

  private Set<DeliveryId> write(Group group) {
    List<Finished> finished = new ArrayList<>(group.results().size());
    List<LaneChange> lanes = new ArrayList<>();
    for (Result result : group.results()) {
      finished.add(
          group.failures() >= TRIES_WITH_SNIPPET
              ? withoutSnippet(result.finished())
              : result.finished());
      lanes.addAll(result.lanes());
    }
    return store.record(finished, lanes);
  }

  /** What is skipped when it is written again may have been written the first time. */
  private void written(Group group, Set<DeliveryId> skipped) {
    if (group.failures() == 0) {
      refused.addAndGet(skipped.size());
      done(group.results(), skipped);
    } else {
      done(group.results(), Set.of());
    }
  }

  private void done(List<Result> results, Set<DeliveryId> skipped) {
    for (Result result : results) {
      result.then().recorded(!skipped.contains(result.finished().id()));
      open.decrementAndGet();
    }
  }

  /**
   * A group that failed twice is halved. A single result is tried without its snippet; if that does
   * not help it is dropped: its lease lapses, and the delivery is claimed again.
   */
  private void setAside(Group group) {
    int failures = group.failures() + 1;
    int size = group.results().size();
    if (size > 1 && failures >= 2) {
      troubled.addLast(new Group(group.results().subList(0, size / 2), 1));
      troubled.addLast(new Group(group.results().subList(size / 2, size), 1));
    } else if (failures < TRIES) {
      troubled.addLast(new Group(group.results(), failures));
    } else {
      done(group.results(), Set.of(group.results().get(0).finished().id()));
    }
  }

  private static Finished withoutSnippet(Finished finished) {
    Attempt attempt = finished.attempt();
    return attempt == null
        ? finished
        : new Finished(finished.id(), finished.fence(), attempt.withoutSnippet(), finished.next());
  }
}
