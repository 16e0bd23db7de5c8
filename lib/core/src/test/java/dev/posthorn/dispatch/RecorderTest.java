package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RecorderTest {
  private final HandTime time = new HandTime();
  private final HandExecutor chores = new HandExecutor();
  private final Recorded store = new Recorded();
  private final Household house =
      Household.of(
          new Host("test", time, time.ticks(), new Random(1), () -> "id", time, chores, chores));
  private final Recorder recorder = new Recorder(store, house);
  private final Map<String, Boolean> told = new HashMap<>();

  /** Keeps what is recorded; fails as it is told. */
  private static final class Recorded implements DeliveryStore {
    private final List<List<Finished>> writes = new CopyOnWriteArrayList<>();
    private final List<LaneChange> changes = new CopyOnWriteArrayList<>();
    private final Set<DeliveryId> late = new HashSet<>();
    private volatile Consumer<List<Finished>> before = finished -> {};
    private final AtomicInteger tries = new AtomicInteger();

    @Override
    public Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes) {
      tries.incrementAndGet();
      before.accept(finished);
      writes.add(List.copyOf(finished));
      changes.addAll(lanes);
      Set<DeliveryId> skipped = new HashSet<>();
      finished.stream().map(Finished::id).filter(late::contains).forEach(skipped::add);
      return skipped;
    }

    List<String> written() {
      return writes.stream().flatMap(List::stream).map(each -> each.id().value()).toList();
    }

    @Override
    public List<Added> add(List<NewEvent> events, Duration lease) {
      throw new AssertionError("not asked for");
    }

    @Override
    public Claims claim(ClaimRequest request) {
      throw new AssertionError("not asked for");
    }
  }

  private static Finished finished(String id) {
    Attempt attempt =
        new Attempt(
            1, 1, Instant.EPOCH, Duration.ZERO, new Outcome.Accepted(200), "snippet", false);
    return new Finished(DeliveryId.of(id), 1, attempt, new Next.Delivered());
  }

  private void add(String id) {
    add(id, List.of());
  }

  private void add(String id, List<LaneChange> changes) {
    recorder.add(
        new Result(
            finished(id), changes, written -> assertNull(told.put(id, written), "told twice")));
  }

  private void runChores() {
    while (chores.runNext()) {
      assertTrue(time.outstanding() <= 1);
    }
  }

  private void advance(Duration by) {
    time.advance(by);
    runChores();
  }

  private void failWhile(Predicate<List<Finished>> bad) {
    store.before =
        group -> {
          if (bad.test(group)) {
            throw new IllegalStateException("refused");
          }
        };
  }

  @Test
  void aResultAloneIsWrittenAtOnceByWhoeverBringsIt() {
    add("a");
    assertEquals(List.of("a"), store.written());
    assertEquals(Map.of("a", true), told);
    assertTrue(recorder.isEmpty());
    assertEquals(0, chores.size());
  }

  @Test
  void whatComesWhileAWriteIsUnderWayGoesIntoOneGroup() {
    store.before =
        group -> {
          store.before = unused -> {};
          for (int i = 0; i < 1_200; i++) {
            add("b" + i);
          }
        };
    add("a");
    assertFalse(recorder.isEmpty());
    runChores();
    assertEquals(List.of(1, 500, 500, 200), store.writes.stream().map(List::size).toList());
    assertEquals(1_201, told.size());
    assertTrue(recorder.isEmpty());
  }

  @Test
  void nothingIsLostOrDoubledWhenManyThreadsBringResults() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Household real =
        Household.of(
            new Host(
                "test", time, time.ticks(), new Random(1), () -> "id", time, threads, threads));
    Recorder busy = new Recorder(store, real);
    CountDownLatch done = new CountDownLatch(4_000);
    CountDownLatch first = new CountDownLatch(1);
    store.before =
        group -> {
          try {
            first.await();
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        };
    for (int t = 0; t < 4; t++) {
      int thread = t;
      threads.execute(
          () -> {
            for (int i = 0; i < 1_000; i++) {
              busy.add(
                  new Result(
                      finished("r" + thread + "-" + i), List.of(), written -> done.countDown()));
              if (i == 500) {
                first.countDown();
              }
            }
          });
    }
    first.countDown();
    assertTrue(done.await(20, TimeUnit.SECONDS));
    assertTrue(real.activity().await(busy::isEmpty, TimeUnit.SECONDS.toNanos(20)));
    threads.shutdownNow();
    assertEquals(4_000, store.written().size());
    assertEquals(4_000, Set.copyOf(store.written()).size());
  }

  @Test
  void aStoreThatIsDownIsTriedAgainLessAndLessOftenUntilItWorks() {
    failWhile(group -> true);
    add("a");
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pauses.add(time.first());
      advance(time.first());
    }
    assertEquals(
        List.of(50L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L),
        pauses.stream().map(Duration::toMillis).toList());
    assertNotNull(house.troubles().lastStoreError());
    failWhile(group -> false);
    advance(time.first());
    assertEquals(List.of("a"), store.written());
    assertEquals(Map.of("a", true), told);
    assertNull(house.troubles().lastStoreError());
    assertEquals(0, time.outstanding());
  }

  @Test
  void whileTheStoreIsDownNewResultsWaitInsteadOfTryingIt() {
    failWhile(group -> true);
    add("a");
    for (int i = 0; i < 100; i++) {
      add("b" + i);
    }
    runChores();
    assertEquals(1, store.tries.get());
    failWhile(group -> false);
    advance(time.first());
    assertEquals(101, told.size());
    assertEquals(List.of(1, 100), store.writes.stream().map(List::size).toList());
  }

  @Test
  void anErrorOfTheStoreIsSurvivedLikeAnException() {
    store.before =
        group -> {
          throw new StackOverflowError();
        };
    add("a");
    store.before = group -> {};
    advance(time.first());
    assertEquals(Map.of("a", true), told);
    assertTrue(recorder.isEmpty());
  }

  @Test
  void aPoisonousResultIsFoundByHalvingAndDoesNotStopTheOthers() {
    failWhile(group -> group.stream().anyMatch(each -> each.id().value().equals("bad")));
    store.before.accept(List.of());
    Consumer<List<Finished>> poison = store.before;
    store.before =
        group -> {
          store.before = poison;
          for (int i = 0; i < 40; i++) {
            add(i == 27 ? "bad" : "b" + i);
          }
        };
    add("a");
    runChores();
    for (int i = 0; i < 12 && told.size() < 40; i++) {
      advance(Duration.ofSeconds(10));
    }
    assertEquals(40, told.size());
    assertFalse(told.containsKey("bad"));
    add("later");
    assertEquals(true, told.get("later"), "one that is bad does not make others wait");
  }

  @Test
  void theSnippetIsLeftOutAfterThreeFailures() {
    failWhile(group -> !attempt(group).snippet().isEmpty());
    add("a");
    for (int i = 0; i < 3; i++) {
      assertEquals(Map.of(), told);
      advance(time.first());
    }
    assertEquals(Map.of("a", true), told);
    assertEquals("", attempt(store.writes.get(0)).snippet());
    assertEquals(4, store.tries.get());
  }

  private static Attempt attempt(List<Finished> group) {
    Attempt attempt = group.get(0).attempt();
    assertNotNull(attempt);
    return attempt;
  }

  @Test
  void whatTheStoreNeverTakesIsDroppedAfterTwelveTriesAndToldAsNotWritten() {
    failWhile(group -> true);
    add("bad");
    for (int i = 1; i < 12; i++) {
      assertEquals(Map.of(), told);
      advance(Duration.ofSeconds(5));
    }
    assertEquals(Map.of("bad", false), told);
    assertEquals(12, store.tries.get());
    assertTrue(recorder.isEmpty());
    failWhile(group -> false);
    advance(Duration.ofMinutes(1));
    add("good");
    assertEquals(true, told.get("good"));
  }

  @Test
  void aResultThatCameTooLateIsCountedAndToldAsNotWritten() {
    store.late.add(DeliveryId.of("late"));
    add("late");
    add("a");
    assertEquals(Map.of("late", false, "a", true), told);
    assertEquals(1, recorder.refused());
  }

  @Test
  void laneChangesGoWithTheirResult() {
    LaneChange change = new LaneChange.Disable(WebhookId.of("w"), "gone");
    failWhile(group -> true);
    add("a", List.of(change));
    assertEquals(List.of(), store.changes);
    failWhile(group -> false);
    advance(time.first());
    assertEquals(List.of(change), store.changes);
  }

  @Test
  void aWakeUpThatIsLostIsMadeUpForByTheNextResult() {
    failWhile(group -> true);
    time.losing(true);
    add("a");
    time.losing(false);
    failWhile(group -> false);
    time.pass(Duration.ofSeconds(1));
    add("b");
    advance(Duration.ofSeconds(10));
    assertEquals(Map.of("a", true, "b", true), told);
  }

  @Test
  void aSchedulerThatThrowsIsMadeUpForByTheNextResult() {
    failWhile(group -> true);
    time.throwing(true);
    add("a");
    time.throwing(false);
    failWhile(group -> false);
    add("b");
    advance(Duration.ofSeconds(10));
    assertEquals(Map.of("a", true, "b", true), told);
  }

  @Test
  void aWakeUpThatComesInTheMiddleOfAFailingWriteIsNotForgotten() {
    store.before =
        group -> {
          time.ringAll(true);
          throw new IllegalStateException("refused");
        };
    add("a");
    time.ringAll(true);
    runChores();
    failWhile(group -> false);
    advance(Duration.ofSeconds(10));
    add("b");
    assertEquals(Map.of("a", true, "b", true), told);
  }

  @Test
  void anExecutorThatRejectsDelaysTheRestAndLosesNothing() {
    chores.rejecting(true);
    store.before =
        group -> {
          store.before = unused -> {};
          add("b");
        };
    add("a");
    assertEquals(List.of("a"), store.written());
    chores.rejecting(false);
    advance(Duration.ofMillis(50));
    assertEquals(List.of("a", "b"), store.written());
    chores.outOfThreads(true);
    store.before =
        group -> {
          store.before = unused -> {};
          add("d");
        };
    add("c");
    chores.outOfThreads(false);
    advance(Duration.ofMillis(50));
    assertEquals(List.of("a", "b", "c", "d"), store.written());
    assertTrue(recorder.isEmpty());
  }

  @Test
  void flushingTriesAtOnceWhatWaitsForItsPause() {
    failWhile(group -> true);
    add("a");
    add("b");
    failWhile(group -> false);
    recorder.flush();
    runChores();
    assertEquals(Map.of("a", true, "b", true), told);
  }
}
