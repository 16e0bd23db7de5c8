package dev.posthorn.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlarmTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final HandTime time = new HandTime();
  private final Troubles troubles = new Troubles(time, "test");
  private int rung;
  private final Alarm alarm = new Alarm(time, time, troubles, () -> rung++);

  @BeforeEach
  void forgetLog() {
    Logged.clear();
  }

  @Test
  void itRingsOnceAndThenOnlyWhenItIsAskedAgain() {
    alarm.within(SECOND);
    time.advance(Duration.ofMillis(999));
    assertEquals(0, rung);
    time.advance(Duration.ofMillis(1));
    assertEquals(1, rung);
    time.advance(MINUTE);
    assertEquals(1, rung);
    alarm.within(SECOND);
    time.advance(SECOND);
    assertEquals(2, rung);
  }

  @Test
  void itIsArmedAnewOnlyForAnEarlierInstant() {
    alarm.within(MINUTE);
    alarm.within(MINUTE);
    alarm.within(MINUTE.multipliedBy(2));
    assertEquals(1, time.scheduled());
    alarm.within(SECOND);
    assertEquals(2, time.scheduled());
    assertEquals(SECOND, time.first());
    assertEquals(1, time.outstanding());
  }

  @Test
  void howeverOftenItIsAskedAtMostOneIsOutstanding() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      alarm.within(Duration.ofMillis(random.nextInt(100_000)));
      assertTrue(time.outstanding() <= 1);
      if (random.nextInt(10) == 0) {
        time.advance(Duration.ofMillis(random.nextInt(1_000)));
      }
    }
    assertTrue(time.scheduled() < 3_000, () -> "scheduled " + time.scheduled());
  }

  @Test
  void theShortestDelayIsAMillisecond() {
    alarm.within(Duration.ZERO);
    assertEquals(Duration.ofMillis(1), time.first());
    alarm.within(Duration.ofSeconds(-5));
    assertEquals(1, time.outstanding());
  }

  @Test
  void aSchedulerThatThrowsIsAskedAgainAtTheNextOccasionAndLoggedOnce() {
    time.throwing(true);
    alarm.within(SECOND);
    alarm.within(SECOND);
    assertEquals(1, Logged.lines().size());
    assertTrue(
        Logged.lines().get(0).startsWith("WARN test: SCHEDULER failed while setting an alarm"),
        () -> Logged.lines().get(0));
    time.throwing(false);
    alarm.within(MINUTE);
    time.advance(MINUTE);
    assertEquals(1, rung);
  }

  @Test
  void aSchedulerThatThrowsAnErrorIsSurvivedToo() {
    Alarm poor =
        new Alarm(
            (wake, delay) -> {
              throw new OutOfMemoryError("unable to create native thread");
            },
            time,
            troubles,
            () -> rung++);
    poor.within(SECOND);
    assertEquals(1, Logged.lines().size());
  }

  @Test
  void aCancelThatThrowsDoesNotKeepTheEarlierOneFromBeingSet() {
    Alarm stubborn =
        new Alarm(
            (wake, delay) -> {
              time.schedule(wake, delay);
              return () -> {
                throw new IllegalStateException("not cancellable");
              };
            },
            time,
            troubles,
            () -> rung++);
    stubborn.within(MINUTE);
    stubborn.within(SECOND);
    time.advance(SECOND);
    assertEquals(1, rung);
  }

  @Test
  void oneThatWasLostIsSetAgainByWhoeverAsksAfterItWasDue() {
    time.losing(true);
    alarm.within(SECOND);
    time.losing(false);
    time.pass(SECOND);
    alarm.within(MINUTE);
    time.advance(MINUTE);
    assertEquals(1, rung);
  }

  @Test
  void wakeUpsThatComeEarlyOrTwiceDoNoHarm() {
    alarm.within(MINUTE);
    time.ringAll(true);
    assertEquals(2, rung);
    alarm.within(MINUTE);
    assertEquals(1, time.outstanding());
    time.advance(MINUTE);
    assertEquals(3, rung);
  }

  @Test
  void aSchedulerThatRunsTheTaskInsideTheCallDoesNoHarm() {
    Alarm direct =
        new Alarm(
            (wake, delay) -> {
              wake.run();
              return () -> {};
            },
            time,
            troubles,
            () -> rung++);
    direct.within(SECOND);
    direct.within(SECOND);
    assertEquals(2, rung);
  }

  @Test
  void aClockThatJumpsForwardDoesNotSilenceIt() {
    alarm.within(SECOND);
    time.jump(Duration.ofHours(1));
    alarm.within(MINUTE);
    assertEquals(1, time.outstanding());
    time.advance(MINUTE);
    assertTrue(rung >= 1);
  }

  @Test
  void aClockThatJumpsBackDoesNotDelayItBeyondWhatWasAskedLast() {
    alarm.within(MINUTE);
    time.jump(Duration.ofHours(-1));
    alarm.within(SECOND);
    time.advance(SECOND);
    assertEquals(1, rung);
    time.jump(Duration.ofHours(2));
    time.jump(Duration.ofHours(-1));
    alarm.within(SECOND);
    time.advance(SECOND);
    assertEquals(2, rung);
    assertTrue(time.outstanding() <= 1);
  }

  @Test
  void turnedOffItRingsNoMoreNotEvenLate() {
    alarm.within(SECOND);
    Alarm other = new Alarm(time, time, troubles, () -> rung++);
    other.within(SECOND);
    alarm.turnOff();
    assertEquals(1, time.outstanding());
    alarm.within(Duration.ZERO);
    assertEquals(1, time.outstanding());
    time.advance(MINUTE);
    assertEquals(1, rung);
  }

  @Test
  void turnedOnAgainItRingsAgain() {
    alarm.within(SECOND);
    alarm.turnOff();
    alarm.turnOn();
    assertEquals(0, time.outstanding());
    alarm.within(SECOND);
    time.advance(SECOND);
    assertEquals(1, rung);
  }
}
