package dev.posthorn.receiver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Remembers the last events in memory, up to a number of them. Where it is full, the event that was
 * done first makes room; one in progress never does before its lease has run out. Thread-safe.
 *
 * <p>It knows nothing of other processes, and nothing after a restart.
 */
public final class RecentEvents implements ProcessedEvents {
  private final int capacity;
  private final Clock clock;
  // both in the order in which their entries came
  private final Map<Key, Instant> leases = new LinkedHashMap<>();
  private final Set<Key> done = new LinkedHashSet<>();

  private record Key(String source, String id) {}

  private RecentEvents(int capacity, Clock clock) {
    this.capacity = capacity;
    this.clock = clock;
  }

  /**
   * A memory of this many events, done or in progress. One takes its source and id, and about 150
   * bytes more.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public static RecentEvents atMost(int events) {
    return atMost(events, Clock.systemUTC());
  }

  /** As {@link #atMost(int)}, with leases measured by this clock. */
  public static RecentEvents atMost(int events, Clock clock) {
    if (events < 1) {
      throw new IllegalArgumentException("a memory must hold at least 1 event: " + events);
    }
    return new RecentEvents(events, clock);
  }

  /**
   * Takes an event up.
   *
   * @throws IllegalStateException if as many events as it holds are all in progress
   */
  @Override
  public synchronized Progress begin(String source, String id, Duration lease) {
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease must be positive: " + lease);
    }
    Key key = new Key(source, id);
    if (done.contains(key)) {
      return Progress.DONE;
    }
    Instant now = clock.instant();
    Instant until = leases.get(key);
    if (until != null && now.isBefore(until)) {
      return Progress.IN_PROGRESS;
    }
    leases.remove(key);
    makeRoom(now);
    leases.put(key, now.plus(lease));
    return Progress.STARTED;
  }

  /**
   * Marks an event as handled.
   *
   * @throws IllegalStateException if the event made room after its lease had run out, and all that
   *     the memory holds now is in progress
   */
  @Override
  public synchronized void done(String source, String id) {
    Key key = new Key(source, id);
    if (done.contains(key)) {
      return;
    }
    if (leases.remove(key) == null) {
      makeRoom(clock.instant());
    }
    done.add(key);
  }

  @Override
  public synchronized void forget(String source, String id) {
    leases.remove(new Key(source, id));
  }

  private void makeRoom(Instant now) {
    boolean isFull = leases.size() + done.size() >= capacity;
    if (isFull && !dropOldestDone() && !dropLapsed(now)) {
      throw new IllegalStateException(
          "all " + capacity + " events that the memory holds are in progress: make it larger");
    }
  }

  private boolean dropOldestDone() {
    Iterator<Key> oldest = done.iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    oldest.next();
    oldest.remove();
    return true;
  }

  private boolean dropLapsed(Instant now) {
    return leases.values().removeIf(until -> !now.isBefore(until));
  }
}
