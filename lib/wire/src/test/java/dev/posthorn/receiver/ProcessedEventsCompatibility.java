package dev.posthorn.receiver;

import static dev.posthorn.receiver.ProcessedEvents.Progress.DONE;
import static dev.posthorn.receiver.ProcessedEvents.Progress.IN_PROGRESS;
import static dev.posthorn.receiver.ProcessedEvents.Progress.STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.receiver.ProcessedEvents.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every promise of {@link ProcessedEvents}; extend it, and say how to open an empty memory. */
public abstract class ProcessedEventsCompatibility {
  private static final int THREADS = 4;
  private static final int EVENTS = 200;
  private static final Duration LEASE = Duration.ofSeconds(30);

  private ProcessedEvents memory;

  /** For subclasses. */
  protected ProcessedEventsCompatibility() {}

  /** An empty memory with room for a thousand events. */
  protected abstract ProcessedEvents open();

  /** Lets the memory's time pass. */
  protected abstract void passTime(Duration time);

  @BeforeEach
  void openMemory() {
    memory = open();
  }

  @Test
  void anEventIsBegunOnce() {
    assertEquals(STARTED, begin("a", "1"));
    assertEquals(IN_PROGRESS, begin("a", "1"));
    assertEquals(IN_PROGRESS, begin("a", "1"));
  }

  @Test
  void whatIsDoneStaysDone() {
    begin("a", "1");
    memory.done("a", "1");
    assertEquals(DONE, begin("a", "1"));

    memory.done("a", "1");
    memory.forget("a", "1");
    passTime(LEASE.multipliedBy(3));
    assertEquals(DONE, begin("a", "1"));
  }

  @Test
  void whatIsForgottenIsBegunAnewAtOnce() {
    begin("a", "1");
    memory.forget("a", "1");

    assertEquals(STARTED, begin("a", "1"));
    assertEquals(IN_PROGRESS, begin("a", "1"));
  }

  @Test
  void forgettingWhatIsNotKnownChangesNothing() {
    memory.forget("a", "1");

    assertEquals(STARTED, begin("a", "1"));
  }

  @Test
  void aLeaseThatHasRunOutIsNoHindrance() {
    begin("a", "1");
    passTime(LEASE.minusSeconds(10));
    assertEquals(IN_PROGRESS, begin("a", "1"));

    passTime(Duration.ofSeconds(10));
    assertEquals(STARTED, begin("a", "1"));
    passTime(LEASE.minusSeconds(10));
    assertEquals(IN_PROGRESS, begin("a", "1"), "the lease counts from the second beginning");
  }

  @Test
  void aHandlerThatOutlivesItsLeaseIsDoneAllTheSame() {
    begin("a", "1");
    passTime(LEASE.plusSeconds(1));
    memory.done("a", "1");

    assertEquals(DONE, begin("a", "1"));
  }

  @Test
  void whatIsDoneThoughForgottenIsDone() {
    begin("a", "1");
    memory.forget("a", "1");
    memory.done("a", "1");

    assertEquals(DONE, begin("a", "1"));
  }

  @Test
  void sourceAndIdTogetherTellEventsApart() {
    String[][] events = {
      {"a", "1"},
      {"a", "2"},
      {"b", "1"},
      {"A", "1"},
      {"a1", ""},
      {"", "a1"},
      {"a", "1 "},
      {"a", "é"},
      {"a", "e\u0301"},
      {"a", "😀"},
      {"s".repeat(2048), "i".repeat(1024)},
      {"s".repeat(2048), "i".repeat(1023) + "j"}
    };
    for (String[] event : events) {
      assertEquals(STARTED, begin(event[0], event[1]), String.join(" ", event));
    }
    memory.done("a", "1");
    for (String[] event : events) {
      Progress expected = event[0].equals("a") && event[1].equals("1") ? DONE : IN_PROGRESS;
      assertEquals(expected, begin(event[0], event[1]), String.join(" ", event));
    }
  }

  @Test
  void ofManyBeginningsAtTheSameTimeOneWins() throws Exception {
    List<List<Progress>> seen = together(i -> begin("a", "id" + i));

    for (int i = 0; i < EVENTS; i++) {
      int event = i;
      assertEquals(1, seen.stream().filter(all -> all.get(event) == STARTED).count());
      assertEquals(THREADS - 1, seen.stream().filter(all -> all.get(event) == IN_PROGRESS).count());
    }
  }

  @Test
  void ofManyBeginningsAfterALapseOneWins() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      begin("a", "id" + i);
    }
    passTime(LEASE.plusSeconds(1));
    List<List<Progress>> seen = together(i -> begin("a", "id" + i));

    for (int i = 0; i < EVENTS; i++) {
      int event = i;
      assertEquals(1, seen.stream().filter(all -> all.get(event) == STARTED).count());
    }
  }

  @Test
  void amongHandlersThatFailAndSucceedEachEventIsDoneOnce() throws Exception {
    List<List<Progress>> seen =
        together(
            i -> {
              Progress progress = begin("a", "id" + i / 2);
              if (progress == STARTED && i % 2 == 0) {
                memory.forget("a", "id" + i / 2);
              } else if (progress == STARTED) {
                memory.done("a", "id" + i / 2);
              }
              return progress;
            });

    for (int i = 0; i < EVENTS / 2; i++) {
      int second = i * 2 + 1;
      long done = seen.stream().filter(all -> all.get(second) == STARTED).count();
      assertTrue(done <= 1, done + " handlers did event " + i);
      assertEquals(done == 1 ? DONE : STARTED, begin("a", "id" + i));
    }
  }

  private Progress begin(String source, String id) {
    return memory.begin(source, id, LEASE);
  }

  /** What each thread saw, when all of them go through the events side by side. */
  private static List<List<Progress>> together(IntFunction<Progress> step) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    Callable<List<Progress>> walk =
        () -> {
          List<Progress> seen = new ArrayList<>();
          for (int i = 0; i < EVENTS; i++) {
            barrier.await(60, TimeUnit.SECONDS);
            seen.add(step.apply(i));
          }
          return seen;
        };
    List<FutureTask<List<Progress>>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      FutureTask<List<Progress>> task = new FutureTask<>(walk);
      tasks.add(task);
      new Thread(task).start();
    }
    List<List<Progress>> seen = new ArrayList<>();
    for (FutureTask<List<Progress>> task : tasks) {
      seen.add(task.get(60, TimeUnit.SECONDS));
    }
    return seen;
  }
}
