package dev.posthorn.dispatch;

import dev.posthorn.delivery.RetryScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Clock, ticks and wake-ups that move by hand. Thread-safe; one thread advances at a time. */
public final class HandTime extends Clock implements RetryScheduler {
  private static final Instant START = Instant.parse("2025-03-01T00:00:00Z");

  private final Object lock = new Object();
  private final List<Task> tasks = new ArrayList<>();
  private final List<Runnable> settlers = new CopyOnWriteArrayList<>();
  private final AtomicInteger scheduled = new AtomicInteger();
  private Instant now = START;
  private Duration jumped = Duration.ZERO;
  private volatile boolean throwing;
  private volatile boolean losing;

  private record Task(Instant at, Runnable wake) {}

  /** Has something run after each step of time. */
  public HandTime onStep(Runnable settle) {
    settlers.add(settle);
    return this;
  }

  @Override
  public Wakeup schedule(Runnable wake, Duration delay) {
    scheduled.incrementAndGet();
    if (throwing) {
      throw new IllegalStateException("no wake-ups today");
    }
    synchronized (lock) {
      Task task = new Task(now.plus(delay), wake);
      if (!losing) {
        tasks.add(task);
      }
      return () -> {
        synchronized (lock) {
          tasks.remove(task);
        }
      };
    }
  }

  /** Lets time pass, stopping at each wake-up on the way. */
  public void advance(Duration by) {
    Instant end;
    synchronized (lock) {
      end = now.plus(by);
    }
    settlers.forEach(Runnable::run);
    for (Runnable wake = next(end); wake != null; wake = next(end)) {
      wake.run();
      settlers.forEach(Runnable::run);
    }
    synchronized (lock) {
      now = end;
    }
    settlers.forEach(Runnable::run);
  }

  /** Lets time pass without waking anybody. */
  public void pass(Duration by) {
    synchronized (lock) {
      now = now.plus(by);
    }
  }

  /** Sets the clock, but neither ticks nor wake-ups. */
  public void jump(Duration by) {
    synchronized (lock) {
      jumped = jumped.plus(by);
    }
  }

  /** Runs all wake-ups now, however early; they are still there afterwards if {@code twice}. */
  public void ringAll(boolean twice) {
    List<Task> early;
    synchronized (lock) {
      early = List.copyOf(tasks);
      tasks.clear();
    }
    early.forEach(task -> task.wake().run());
    if (twice) {
      early.forEach(task -> task.wake().run());
    }
  }

  /** From now on scheduling throws, or not. */
  public void throwing(boolean yes) {
    throwing = yes;
  }

  /** From now on wake-ups get lost, or not. */
  public void losing(boolean yes) {
    losing = yes;
  }

  /** How many wake-ups are outstanding. */
  public int outstanding() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  /** How often a wake-up was asked for. */
  public int scheduled() {
    return scheduled.get();
  }

  /** How long until the first wake-up. */
  public Duration first() {
    synchronized (lock) {
      return tasks.stream()
          .map(task -> Duration.between(now, task.at()))
          .min(Duration::compareTo)
          .orElseThrow();
    }
  }

  /** Nanoseconds that only go forward. */
  public LongSupplier ticks() {
    return () -> {
      synchronized (lock) {
        return Duration.between(START, now).toNanos();
      }
    };
  }

  private @Nullable Runnable next(Instant end) {
    synchronized (lock) {
      @Nullable Task first = null;
      for (Task task : tasks) {
        if (!task.at().isAfter(end) && (first == null || task.at().isBefore(first.at()))) {
          first = task;
        }
      }
      if (first == null) {
        return null;
      }
      tasks.remove(first);
      now = first.at().isAfter(now) ? first.at() : now;
      return first.wake();
    }
  }

  @Override
  public Instant instant() {
    synchronized (lock) {
      return now.plus(jumped);
    }
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
