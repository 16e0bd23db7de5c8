package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statuses after which a schedule gives up. */
class NeverAfterTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RetrySchedule plain = RetrySchedule.after(SECOND, SECOND);
  private final RetrySchedule schedule = plain.neverAfter(415, 400);

  @Test
  void theseStatusesAreNeverRetriedAndAllOthersAre() {
    for (int status = 200; status <= 599; status++) {
      Outcome.Failed failed = Outcome.Failed.status(status, null);
      boolean permanent = status == 415 || status == 400;
      assertEquals(permanent, schedule.isPermanent(failed));
      assertFalse(plain.isPermanent(failed));
      assertEquals(
          permanent ? Optional.empty() : Optional.of(SECOND),
          schedule.delayAfter(1, Duration.ZERO, failed, new Random(1)));
    }
  }

  @Test
  void aFailureWithoutAnAnswerIsRetried() {
    for (FailureDetail detail : FailureDetail.values()) {
      assertFalse(schedule.isPermanent(Outcome.Failed.of(detail)));
    }
  }

  @Test
  void theRestOfTheScheduleStaysAsItIs() {
    RetrySchedule full = plain.withJitter(0.2).giveUpAfter(SECOND).neverAfter(415);
    assertEquals(full, plain.neverAfter(415).giveUpAfter(SECOND).withJitter(0.2));
    assertEquals(
        full.hashCode(), plain.neverAfter(415).giveUpAfter(SECOND).withJitter(0.2).hashCode());
    assertNotEquals(full, plain.withJitter(0.2).giveUpAfter(SECOND));
    assertEquals(full.maxAttempts(), plain.maxAttempts());
    assertEquals(plain, schedule.neverAfter());
    assertEquals("RetrySchedule[PT1S, PT1S] never after [400, 415]", schedule.toString());
  }

  @Test
  void onlyStatusesThatCanFailAreTaken() {
    for (int status : new int[] {199, 600, 0, -1}) {
      assertEquals(
          "a status must be 200 to 599: " + status,
          assertThrows(IllegalArgumentException.class, () -> plain.neverAfter(status))
              .getMessage());
    }
    assertTrue(plain.neverAfter(204).isPermanent(Outcome.Failed.status(204, null)));
  }
}
