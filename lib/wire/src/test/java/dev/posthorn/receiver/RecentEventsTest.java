package dev.posthorn.receiver;

import static dev.posthorn.receiver.ProcessedEvents.Progress.DONE;
import static dev.posthorn.receiver.ProcessedEvents.Progress.IN_PROGRESS;
import static dev.posthorn.receiver.ProcessedEvents.Progress.STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What is its own; that it is a {@link ProcessedEvents} is tested beside the port's other tests.
 */
class RecentEventsTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private final MovableClock clock = new MovableClock();

  @Test
  void theEventThatWasDoneFirstMakesRoom() {
    RecentEvents memory = RecentEvents.atMost(3, clock);
    for (String id : new String[] {"1", "2", "3"}) {
      memory.begin("a", id, LEASE);
    }
    memory.done("a", "2");
    memory.done("a", "1");

    assertEquals(STARTED, memory.begin("a", "4", LEASE));
    assertEquals(DONE, memory.begin("a", "1", LEASE));
    assertEquals(IN_PROGRESS, memory.begin("a", "3", LEASE));
    assertEquals(STARTED, memory.begin("a", "2", LEASE), "dropped, since it was done first");
    memory.forget("a", "2");
    assertEquals(STARTED, memory.begin("a", "1", LEASE), "dropped, to make room for 2");
  }

  @Test
  void itHoldsNoMoreThanItsNumber() {
    RecentEvents memory = RecentEvents.atMost(10, clock);
    for (int i = 0; i < 100; i++) {
      memory.begin("a", "id" + i, LEASE);
      memory.done("a", "id" + i);
    }
    int remembered = 0;
    for (int i = 99; i >= 0; i--) {
      // one that is unknown drops one that is done, so only the first ten can be known
      remembered += memory.begin("a", "id" + i, LEASE) == DONE ? 1 : 0;
      memory.forget("a", "id" + i);
    }
    assertEquals(10, remembered);
  }

  @Test
  void whatIsInProgressMakesRoomOnlyAfterItsLease() {
    RecentEvents memory = RecentEvents.atMost(2, clock);
    memory.begin("a", "1", LEASE);
    clock.pass(Duration.ofSeconds(10));
    memory.begin("a", "2", LEASE);

    assertEquals(
        "all 2 events that the memory holds are in progress: make it larger",
        assertThrows(IllegalStateException.class, () -> memory.begin("a", "3", LEASE))
            .getMessage());
    assertEquals(IN_PROGRESS, memory.begin("a", "1", LEASE), "nothing was dropped");

    clock.pass(Duration.ofSeconds(20));
    assertEquals(STARTED, memory.begin("a", "3", LEASE));
    assertEquals(IN_PROGRESS, memory.begin("a", "2", LEASE));
    assertThrows(IllegalStateException.class, () -> memory.done("a", "1"));
  }

  @Test
  void badSettingsAreRefused() {
    assertEquals(
        "a memory must hold at least 1 event: 0",
        assertThrows(IllegalArgumentException.class, () -> RecentEvents.atMost(0)).getMessage());
    RecentEvents memory = RecentEvents.atMost(1);
    for (Duration lease : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertEquals(
          "lease must be positive: " + lease,
          assertThrows(IllegalArgumentException.class, () -> memory.begin("a", "1", lease))
              .getMessage());
    }
  }
}
