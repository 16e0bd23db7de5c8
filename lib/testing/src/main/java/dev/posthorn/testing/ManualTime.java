package dev.posthorn.testing;

import dev.posthorn.delivery.RetryScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test says so: a clock, and the scheduler whose wake-ups happen as it
 * is advanced. One retry after five minutes takes a line and no waiting:
 *
 * <pre>{@code
 * ManualTime time = ManualTime.at(Instant.parse("2025-01-01T00:00:00Z"));
 * // give it to the clock, the scheduler and the in-memory store, publish, then:
 * time.advance(Duration.ofMinutes(6));
 * }</pre>
 *
 * <p>Nothing runs by itself: what is scheduled, with a delay of zero too, runs in the next {@link
 * #advance}, of which {@code advance(Duration.ZERO)} is the least. A test that waits for a wake-up
 * and never advances waits in vain.
 *
 * <p>Thread-safe; one thread advances at a time, and others wait for it.
 */
public final class ManualTime extends Clock implements RetryScheduler {
  private static final int ROUNDS_AT_ONE_INSTANT = 10_000;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final List<Runnable> settlers = new CopyOnWriteArrayList<>();
  private final Object advancing = new Object();
  private volatile Instant now;
  private long numbers;

  private ManualTime(Instant start) {
    this.now = start;
  }

  /** Time that stands at an instant. */
  public static ManualTime at(Instant start) {
    return new ManualTime(start);
  }

  /**
   * Lets time pass, in steps: it stops at the instant of each wake-up on the way, in order, and
   * runs it on the calling thread, those included that are scheduled meanwhile. What {@link
   * #onStep} was given runs before the first step and after each.
   *
   * @param by zero or more
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException if a wake-up or a callback advances time itself, or if wake-ups
   *     are scheduled again and again without time passing
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + by);
    }
    if (Thread.holdsLock(advancing)) {
      throw new IllegalStateException("time is being advanced already, by the caller of this");
    }
    synchronized (advancing) {
      Instant end = now.plus(by);
      settle();
      runUntil(end);
      if (now.isBefore(end)) {
        now = end;
        settle();
        runUntil(end);
      }
    }
  }

  private void runUntil(Instant end) {
    int rounds = 0;
    for (Instant next = nextUntil(end); next != null; next = nextUntil(end)) {
      rounds = next.isAfter(now) ? 0 : rounds + 1;
      if (rounds > ROUNDS_AT_ONE_INSTANT) {
        throw new IllegalStateException("wake-ups are scheduled for " + now + " without end");
      }
      step(next);
    }
  }

  private void step(Instant to) {
    if (to.isAfter(now)) {
      now = to;
    }
    takeDue().forEach(Runnable::run);
    settle();
  }

  /**
   * Has something run before the first step of an {@link #advance} and after each, on the same
   * thread, before time moves on: the place to wait until all work has come to rest. What it throws
   * ends the advance, at the instant that was reached.
   *
   * @return this
   */
  public ManualTime onStep(Runnable settle) {
    settlers.add(settle);
    return this;
  }

  private void settle() {
    settlers.forEach(Runnable::run);
  }

  @Override
  public Wakeup schedule(Runnable wake, Duration delay) {
    synchronized (tasks) {
      Task task = new Task(now.plus(delay), numbers++, wake);
      tasks.add(task);
      return () -> cancel(task);
    }
  }

  private void cancel(Task task) {
    synchronized (tasks) {
      tasks.remove(task);
    }
  }

  private @Nullable Instant nextUntil(Instant end) {
    synchronized (tasks) {
      Task first = tasks.peek();
      return first == null || first.at().isAfter(end) ? null : first.at();
    }
  }

  /** Those due by now; what they schedule for now as well is left for another round. */
  private List<Runnable> takeDue() {
    synchronized (tasks) {
      List<Runnable> due = new ArrayList<>();
      for (Task task = tasks.peek(); task != null && !task.at().isAfter(now); task = tasks.peek()) {
        tasks.remove();
        due.add(task.wake());
      }
      return due;
    }
  }

  private record Task(Instant at, long number, Runnable wake) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** UTC. */
  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** The same time, shown in another zone. */
  @Override
  public Clock withZone(ZoneId zone) {
    return new InZone(this, zone);
  }

  private static final class InZone extends Clock {
    private final ManualTime time;
    private final ZoneId zone;

    InZone(ManualTime time, ZoneId zone) {
      this.time = time;
      this.zone = zone;
    }

    @Override
    public Instant instant() {
      return time.instant();
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new InZone(time, other);
    }
  }
}
