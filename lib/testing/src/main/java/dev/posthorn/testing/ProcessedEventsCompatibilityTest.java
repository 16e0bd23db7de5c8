package dev.posthorn.testing;

import static dev.posthorn.receiver.ProcessedEvents.Progress.DONE;
import static dev.posthorn.receiver.ProcessedEvents.Progress.IN_PROGRESS;
import static dev.posthorn.receiver.ProcessedEvents.Progress.STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.receiver.ProcessedEvents;
import dev.posthorn.receiver.ProcessedEvents.Progress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every promise of {@link ProcessedEvents}, as tests that name the promise when it is broken. A
 * memory of one's own is compatible if this passes:
 *
 * <pre>{@code
 * class MyEventsTest extends ProcessedEventsCompatibilityTest {
 *   protected ProcessedEvents open() {
 *     return new MyEvents(dataSource);
 *   }
 * }
 * }</pre>
 *
 * <p>By default it waits for leases to run out, for about thirteen seconds. A memory whose time is
 * moved by hand overrides {@link #passTime}; one over a slow network may need a longer {@link
 * #moment}. No test has more than a thousand events.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public abstract class ProcessedEventsCompatibilityTest {
  private static final int THREADS = 4;
  private static final int EVENTS = 200;
  private static final String OF_MANY = "of calls at the same time one is told STARTED: ";

  private ProcessedEvents memory;

  /** For subclasses. */
  protected ProcessedEventsCompatibilityTest() {}

  /** Opens an empty memory with room for a thousand events; called before each test. */
  protected abstract ProcessedEvents open();

  /** Called with the memory after each test. By default nothing happens. */
  protected void close(ProcessedEvents opened) {}

  /** Lets the memory's time pass; by default by waiting. */
  protected void passTime(Duration time) {
    try {
      boolean never = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
      assertFalse(never, "nobody counts down");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** The unit of the tests' times: far longer than a call takes. By default half a second. */
  protected Duration moment() {
    return Duration.ofMillis(500);
  }

  @BeforeEach
  final void openMemory() {
    memory = open();
  }

  @AfterEach
  final void closeMemory() {
    close(memory);
  }

  @Test
  void anEventIsBegunOnce() {
    assertEquals(STARTED, begin("a", "1"), "what is not known is the caller's");
    assertEquals(IN_PROGRESS, begin("a", "1"), "what another caller handles is in progress");
    assertEquals(IN_PROGRESS, begin("a", "1"), "asking does not change that");
  }

  @Test
  void whatIsDoneStaysDone() {
    begin("a", "1");
    memory.done("a", "1");
    assertEquals(DONE, begin("a", "1"), "what is done is done");

    memory.done("a", "1");
    memory.forget("a", "1");
    assertEquals(DONE, begin("a", "1"), "to forget changes nothing once it is done");
    pass(12);
    assertEquals(DONE, begin("a", "1"), "a lease does not end what is done");
  }

  @Test
  void whatIsForgottenIsBegunAnewAtOnce() {
    begin("a", "1");
    memory.forget("a", "1");

    assertEquals(STARTED, begin("a", "1"), "what is forgotten is begun anew at once");
    assertEquals(IN_PROGRESS, begin("a", "1"), "and by one caller");
  }

  @Test
  void forgettingWhatIsNotKnownChangesNothing() {
    memory.forget("a", "1");

    assertEquals(STARTED, begin("a", "1"), "to forget what is not known changes nothing");
  }

  @Test
  void aLeaseThatHasRunOutIsNoHindrance() {
    begin("a", "1");
    pass(2);
    assertEquals(IN_PROGRESS, begin("a", "1"), "the lease has not run out");

    pass(2);
    assertEquals(STARTED, begin("a", "1"), "the lease has run out, and asking did not extend it");
    pass(2);
    assertEquals(IN_PROGRESS, begin("a", "1"), "the lease counts from the second beginning");
  }

  @Test
  void aHandlerThatOutlivesItsLeaseIsDoneAllTheSame() {
    begin("a", "1");
    pass(5);
    memory.done("a", "1");

    assertEquals(DONE, begin("a", "1"), "what has lapsed can be done");
  }

  @Test
  void whatIsDoneThoughForgottenIsDone() {
    begin("a", "1");
    memory.forget("a", "1");
    memory.done("a", "1");

    assertEquals(DONE, begin("a", "1"), "what was forgotten can be done");
  }

  @Test
  void sourceAndIdTogetherTellEventsApart() {
    List<List<String>> events =
        List.of(
            List.of("a", "1"),
            List.of("a", "2"),
            List.of("b", "1"),
            List.of("A", "1"),
            List.of("a1", "2"),
            List.of("a", "12"),
            List.of("a", "1 "),
            List.of("a", "é"),
            List.of("a", "e\u0301"),
            List.of("a", "😀"),
            List.of("s".repeat(2048), "i".repeat(1024)),
            List.of("s".repeat(2048), "i".repeat(1023) + "j"));
    for (List<String> event : events) {
      assertEquals(
          STARTED, begin(event, 1000), () -> "source and id are compared exactly: " + event);
    }
    memory.done("a", "1");
    for (List<String> event : events) {
      assertEquals(
          event.equals(List.of("a", "1")) ? DONE : IN_PROGRESS,
          begin(event, 1000),
          () -> "source and id are compared exactly: " + event);
    }
  }

  @Test
  void ofManyBeginningsAtTheSameTimeOneWins() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      assertOneWins(together("id" + i));
    }
  }

  @Test
  void ofManyBeginningsAfterALapseOneWins() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      begin(List.of("a", "id" + i), 1);
    }
    pass(2);
    for (int i = 0; i < EVENTS; i++) {
      assertOneWins(together("id" + i));
    }
  }

  @Test
  void amongHandlersThatFailAndSucceedEachEventIsDoneOnce() throws Exception {
    for (int i = 0; i < EVENTS; i++) {
      String id = "id" + i;
      List<Progress> seen =
          Together.atOnce(
              THREADS,
              thread -> {
                Progress progress = begin(List.of("a", id), 1000);
                if (progress == STARTED && thread % 2 == 0) {
                  memory.forget("a", id);
                } else if (progress == STARTED) {
                  memory.done("a", id);
                }
                return progress;
              });
      boolean isDone = begin("a", id) == DONE;
      long succeeded = seen.get(1) == STARTED ? 1 : 0;
      succeeded += seen.get(3) == STARTED ? 1 : 0;
      assertEquals(isDone ? 1 : 0, succeeded, "an event is done by one handler: " + seen);
      assertTrue(isDone || !seen.contains(DONE), "what is done stays done: " + seen);
    }
  }

  private static void assertOneWins(List<Progress> seen) {
    assertEquals(1, Collections.frequency(seen, STARTED), OF_MANY + seen);
    assertEquals(THREADS - 1, Collections.frequency(seen, IN_PROGRESS), OF_MANY + seen);
  }

  private List<Progress> together(String id) throws Exception {
    return Together.atOnce(THREADS, thread -> begin(List.of("a", id), 1000));
  }

  /** Takes it up for four moments. */
  private Progress begin(String source, String id) {
    return begin(List.of(source, id), 4);
  }

  private Progress begin(List<String> event, int moments) {
    return memory.begin(event.get(0), event.get(1), moment().multipliedBy(moments));
  }

  private void pass(int moments) {
    passTime(moment().multipliedBy(moments));
  }
}
