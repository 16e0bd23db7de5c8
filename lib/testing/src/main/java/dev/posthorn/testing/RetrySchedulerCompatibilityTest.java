package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.RetryScheduler;
import dev.posthorn.delivery.RetryScheduler.Wakeup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every promise of {@link RetryScheduler}, as tests that name the promise when it is broken. A
 * scheduler of one's own is compatible if this passes:
 *
 * <pre>{@code
 * class MySchedulerTest extends RetrySchedulerCompatibilityTest {
 *   protected RetryScheduler open() {
 *     return new MyScheduler();
 *   }
 * }
 * }</pre>
 *
 * <p>It takes about five seconds, since real time has to pass. A scheduler whose time is moved by
 * hand overrides {@link #passTime} and {@link #nanoTime}.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public abstract class RetrySchedulerCompatibilityTest {
  /** Longer than a task needs to be cancelled after it was scheduled, on a busy machine too. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Beyond what an {@code int} of milliseconds can count. */
  private static final Duration DAYS = Duration.ofDays(30);

  private static final int THREADS = 8;

  private RetryScheduler scheduler;

  /** For subclasses. */
  protected RetrySchedulerCompatibilityTest() {}

  /** Opens a scheduler; called before each test. */
  protected abstract RetryScheduler open();

  /** Called with the scheduler after each test. By default nothing happens. */
  protected void close(RetryScheduler opened) {}

  /**
   * Lets the scheduler's time pass, and may run what is due on the calling thread. By default
   * nothing happens, since real time passes by itself.
   */
  protected void passTime(Duration time) {}

  /** The scheduler's time, in nanoseconds from anywhere. By default {@link System#nanoTime}. */
  protected long nanoTime() {
    return System.nanoTime();
  }

  @BeforeEach
  final void openScheduler() {
    scheduler = open();
  }

  @AfterEach
  final void closeScheduler() {
    close(scheduler);
  }

  @Test
  void aTaskRunsOnceAndNotBeforeItsDelay() {
    AtomicInteger runs = new AtomicInteger();
    AtomicLong ranAt = new AtomicLong();
    Duration delay = Duration.ofMillis(150);
    long start = nanoTime();
    scheduler.schedule(
        () -> {
          ranAt.set(nanoTime());
          runs.incrementAndGet();
        },
        delay);
    passTime(delay.minusMillis(1));
    runsOneMore(delay.plusMillis(100));

    assertEquals(1, runs.get(), "a task runs once");
    Duration waited = Duration.ofNanos(ranAt.get() - start);
    assertTrue(
        waited.compareTo(delay) >= 0,
        () -> "a task does not run before its delay of " + delay + " has passed: " + waited);
  }

  @Test
  void aTaskNeverRunsInsideTheCall() {
    for (Duration delay : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofMillis(1))) {
      Call call = new Call();
      call.schedule(delay);
      runs(call.ran, delay, "a task with a delay of " + delay + " runs");
      assertFalse(call.ranInside, "a task never runs inside the call that schedules it: " + delay);
    }
  }

  @Test
  void aTaskNeverRunsInsideTheCallOfAnother() {
    Call inner = new Call();
    scheduler.schedule(() -> inner.schedule(Duration.ZERO), Duration.ZERO);
    runs(inner.ran, Duration.ZERO, "what a running task schedules runs");
    assertFalse(inner.ranInside, "a task never runs inside the call of another that schedules it");
  }

  @Test
  void nothingWaitsForATaskThatIsRunning() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    AtomicInteger waitedFor = new AtomicInteger();
    Wakeup slow =
        scheduler.schedule(
            () -> {
              running.countDown();
              waitedFor.addAndGet(Together.comes(returned) ? 0 : 1);
            },
            Duration.ZERO);
    Thread time = Together.aside(() -> passTime(Duration.ZERO));
    assertTrue(Together.comes(running), "a task runs");
    Together.aside(
        () -> {
          scheduler.schedule(() -> {}, DAYS).cancel();
          slow.cancel();
          returned.countDown();
        });
    Together.ends(time);
    assertTrue(Together.comes(returned), "schedule and cancel return");
    assertEquals(0, waitedFor.get(), "schedule and cancel never wait for a task that is running");
  }

  @Test
  void delaysOfDaysAreAccepted() {
    AtomicInteger early = new AtomicInteger();
    for (int i = 1; i <= 12; i++) {
      Duration delay = DAYS.multipliedBy(i);
      CountDownLatch returned = new CountDownLatch(1);
      Together.aside(
          () -> {
            scheduler.schedule(early::incrementAndGet, delay);
            returned.countDown();
          });
      assertTrue(
          Together.comes(returned), () -> "schedule returns at once with a delay of " + delay);
    }
    runsOneMore(Duration.ofMillis(200));
    assertEquals(0, early.get(), "a task with a delay of days does not run at once");
  }

  @Test
  void whatIsCancelledFarAheadDoesNotRun() {
    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      Wakeup wakeup = scheduler.schedule(runs::incrementAndGet, SOON);
      wakeup.cancel();
      wakeup.cancel();
    }
    runsOneMore(SOON.plusMillis(100));
    assertEquals(0, runs.get(), "what is cancelled a second ahead does not run");
  }

  @Test
  void cancellingIsIdempotentAndHarmlessAfterTheTaskRan() {
    CountDownLatch ran = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    Wakeup wakeup =
        scheduler.schedule(
            () -> {
              runs.incrementAndGet();
              ran.countDown();
            },
            Duration.ZERO);
    runs(ran, Duration.ZERO, "a task runs");
    wakeup.cancel();
    wakeup.cancel();
    runsOneMore(Duration.ofMillis(50));
    assertEquals(1, runs.get(), "cancelling a task that ran changes nothing");
  }

  @Test
  void cancellingOneLeavesTheOthers() {
    CountDownLatch ran = new CountDownLatch(2);
    Runnable same = ran::countDown;
    Wakeup first = scheduler.schedule(same, SOON);
    scheduler.schedule(same, SOON);
    scheduler.schedule(same, SOON);
    first.cancel();
    runs(ran, SOON, "cancelling a wake-up leaves the others, even of the same task");
  }

  @Test
  void thousandAreHeldAtATimeAndEachRunsOnce() {
    List<AtomicInteger> runs = new ArrayList<>();
    List<Wakeup> wakeups = new ArrayList<>();
    CountDownLatch ran = new CountDownLatch(500);
    for (int i = 0; i < 1000; i++) {
      AtomicInteger count = new AtomicInteger();
      runs.add(count);
      Runnable task =
          () -> {
            count.incrementAndGet();
            ran.countDown();
          };
      // Later ones come first, so that their order is the scheduler's work.
      wakeups.add(scheduler.schedule(task, SOON.plusMillis(100 - i / 10)));
    }
    for (int i = 0; i < 1000; i += 2) {
      wakeups.get(i).cancel();
    }
    runs(ran, SOON.plusMillis(100), "of 1,000 wake-ups, all run that are not cancelled");
    runsOneMore(Duration.ofMillis(50));
    for (int i = 0; i < 1000; i++) {
      assertEquals(i % 2, runs.get(i).get(), "of 1,000 each runs once, or not if cancelled: " + i);
    }
  }

  @Test
  void manyThreadsMayScheduleAtOnce() throws Exception {
    int each = 200;
    CountDownLatch ran = new CountDownLatch(THREADS * each);
    AtomicInteger runs = new AtomicInteger();
    Runnable task =
        () -> {
          runs.incrementAndGet();
          ran.countDown();
        };
    Together.atOnce(
        THREADS,
        thread -> {
          for (int i = 0; i < each; i++) {
            scheduler.schedule(task, Duration.ofMillis(i % 2));
            scheduler.schedule(task, DAYS).cancel();
          }
          return thread;
        });
    runs(ran, Duration.ofMillis(1), "what many threads schedule at once runs");
    runsOneMore(Duration.ofMillis(50));
    assertEquals(THREADS * each, runs.get(), "each task of many threads runs once");
  }

  /** A task that knows whether it runs inside the call that schedules it. */
  private final class Call {
    final CountDownLatch ran = new CountDownLatch(1);
    volatile boolean ranInside;
    private volatile @Nullable Thread calling;

    void schedule(Duration delay) {
      calling = Thread.currentThread();
      scheduler.schedule(this::run, delay);
      calling = null;
    }

    private void run() {
      ranInside = Thread.currentThread() == calling;
      ran.countDown();
    }
  }

  /** Lets time pass until a task that is scheduled now has run, and so all that is due before. */
  private void runsOneMore(Duration delay) {
    CountDownLatch last = new CountDownLatch(1);
    scheduler.schedule(last::countDown, delay);
    runs(last, delay, "a later task runs");
  }

  private void runs(CountDownLatch ran, Duration delay, String promise) {
    passTime(delay);
    assertTrue(Together.comes(ran), promise);
  }
}
