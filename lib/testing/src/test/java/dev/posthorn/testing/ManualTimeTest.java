package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.delivery.RetryScheduler.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private final ManualTime time = ManualTime.at(START);
  private final List<String> seen = new ArrayList<>();

  private Runnable see(String what) {
    return () -> seen.add(what + " at " + Duration.between(START, time.instant()).toSeconds());
  }

  @Test
  void timeStandsUntilItIsAdvanced() {
    assertEquals(START, time.instant());
    time.advance(Duration.ofMinutes(6));
    assertEquals(START.plusSeconds(360), time.instant());
    assertEquals(time.instant(), time.withZone(ZoneId.of("Europe/Vienna")).instant());
  }

  @Test
  void advancingStopsAtEachWakeUpInOrder() {
    time.schedule(see("late"), Duration.ofSeconds(50));
    time.schedule(see("early"), Duration.ofSeconds(10));
    time.schedule(see("early too"), Duration.ofSeconds(10));
    time.schedule(see("too late"), Duration.ofSeconds(61));

    time.advance(Duration.ofMinutes(1));

    assertEquals(List.of("early at 10", "early too at 10", "late at 50"), seen);
    assertEquals(START.plusSeconds(60), time.instant());
    time.advance(Duration.ofSeconds(1));
    assertEquals("too late at 61", seen.get(3));
  }

  @Test
  void whatIsScheduledOnTheWayRunsOnTheWay() {
    time.schedule(
        () -> {
          see("first").run();
          time.schedule(see("next"), Duration.ofSeconds(5));
          time.schedule(see("at once"), Duration.ZERO);
        },
        Duration.ofSeconds(10));

    time.advance(Duration.ofMinutes(1));

    assertEquals(List.of("first at 10", "at once at 10", "next at 15"), seen);
  }

  @Test
  void schedulingRunsNothingInsideTheCall() {
    time.schedule(see("zero"), Duration.ZERO);
    assertEquals(List.of(), seen);
    time.advance(Duration.ZERO);
    assertEquals(List.of("zero at 0"), seen);
  }

  @Test
  void everythingSettlesBeforeTheFirstStepAndAfterEach() {
    time.onStep(see("settled")).schedule(see("woken"), Duration.ofSeconds(10));
    time.advance(Duration.ofSeconds(20));
    assertEquals(List.of("settled at 0", "woken at 10", "settled at 10", "settled at 20"), seen);
  }

  @Test
  void whatSettlingSchedulesIsHonoured() {
    boolean[] once = {true};
    time.onStep(
        () -> {
          if (once[0]) {
            once[0] = false;
            time.schedule(see("woken"), Duration.ofSeconds(3));
          }
        });
    time.advance(Duration.ofSeconds(5));
    assertEquals(List.of("woken at 3"), seen);
  }

  @Test
  void whatSettlesLastMayStillWakeAtOnce() {
    boolean[] once = {true};
    time.onStep(
        () -> {
          if (once[0] && time.instant().isAfter(START)) {
            once[0] = false;
            time.schedule(see("woken"), Duration.ZERO);
          }
        });
    time.advance(Duration.ofSeconds(5));
    assertEquals(List.of("woken at 5"), seen);
  }

  @Test
  void aCancelledWakeUpDoesNotRun() {
    Wakeup wakeup = time.schedule(see("cancelled"), Duration.ofSeconds(1));
    wakeup.cancel();
    wakeup.cancel();
    time.advance(Duration.ofSeconds(2));
    assertEquals(List.of(), seen);
  }

  @Test
  void otherThreadsScheduleWhileTimeIsAdvanced() throws Exception {
    time.schedule(
        () -> {
          FutureTask<Void> other =
              new FutureTask<>(() -> time.schedule(see("theirs"), Duration.ofSeconds(1)), null);
          new Thread(other).start();
          try {
            other.get(10, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(5));
    assertEquals(List.of("theirs at 2"), seen);
  }

  @Test
  void timeDoesNotGoBack() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> time.advance(Duration.ofSeconds(-1)));
    assertEquals("time does not go back: PT-1S", e.getMessage());
  }

  @Test
  void aWakeUpMayNotAdvanceTime() {
    time.schedule(() -> time.advance(Duration.ofSeconds(1)), Duration.ZERO);
    Exception e =
        assertThrows(IllegalStateException.class, () -> time.advance(Duration.ofSeconds(1)));
    assertEquals("time is being advanced already, by the caller of this", e.getMessage());
  }

  @Test
  void wakeUpsWithoutEndAtOneInstantAreFound() {
    Runnable[] again = new Runnable[1];
    again[0] = () -> time.schedule(again[0], Duration.ZERO);
    time.schedule(again[0], Duration.ZERO);
    Exception e =
        assertThrows(IllegalStateException.class, () -> time.advance(Duration.ofSeconds(1)));
    assertEquals("wake-ups are scheduled for 2025-01-01T00:00:00Z without end", e.getMessage());
  }
}
