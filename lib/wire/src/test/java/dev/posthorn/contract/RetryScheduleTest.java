package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final Outcome.Failed FAILED = Outcome.Failed.of(FailureDetail.RESET);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void eachDelayIsUsedOnceThenItGivesUp() {
    RetrySchedule schedule = RetrySchedule.after(Duration.ZERO, SECOND, Duration.ofNanos(1));

    assertEquals(4, schedule.maxAttempts());
    assertEquals(Optional.of(Duration.ZERO), delay(schedule, 1));
    assertEquals(Optional.of(SECOND), delay(schedule, 2));
    assertEquals(Optional.of(Duration.ofNanos(1)), delay(schedule, 3));
    assertEquals(Optional.empty(), delay(schedule, 4));
    assertEquals(Optional.empty(), delay(schedule, Integer.MAX_VALUE));
    assertEquals(
        "attempts count from 1: 0",
        assertThrows(IllegalArgumentException.class, () -> delay(schedule, 0)).getMessage());
  }

  @Test
  void noneMeansOneAttempt() {
    assertEquals(1, RetrySchedule.none().maxAttempts());
    assertEquals(Duration.ZERO, RetrySchedule.none().span());
    assertEquals(Optional.empty(), delay(RetrySchedule.none(), 1));
  }

  @Test
  void exponentialDelaysGrowToTheLongestAndStayThere() {
    RetrySchedule schedule = RetrySchedule.exponential(SECOND, 2, Duration.ofSeconds(5), 5);

    assertEquals("RetrySchedule[PT1S, PT2S, PT4S, PT5S, PT5S]", schedule.toString());
  }

  @Test
  void exponentialDelaysDoNotOverflow() {
    Duration longest = Duration.ofDays(365);
    RetrySchedule schedule = RetrySchedule.exponential(longest, Double.MAX_VALUE, longest, 1000);

    assertEquals(Optional.of(longest), delay(schedule, 1000));
    assertEquals(longest.multipliedBy(2000), schedule.withJitter(1).span());
  }

  @Test
  void impossibleArgumentsAreRefused() {
    Duration year = Duration.ofDays(366);
    refused("a delay must be 0 to 365 days: PT-1S", () -> RetrySchedule.after(SECOND.negated()));
    refused("a delay must be 0 to 365 days: PT8784H", () -> RetrySchedule.after(year));
    refused(
        "retries must be 0 to 1000: 1001",
        () -> RetrySchedule.after(Collections.nCopies(1001, SECOND).toArray(Duration[]::new)));
    refused(
        "retries must be 0 to 1000: -1", () -> RetrySchedule.exponential(SECOND, 2, SECOND, -1));
    refused(
        "factor must be at least 1 and finite: 0.9",
        () -> RetrySchedule.exponential(SECOND, 0.9, SECOND, 1));
    refused(
        "factor must be at least 1 and finite: NaN",
        () -> RetrySchedule.exponential(SECOND, Double.NaN, SECOND, 1));
    refused(
        "factor must be at least 1 and finite: Infinity",
        () -> RetrySchedule.exponential(SECOND, Double.POSITIVE_INFINITY, SECOND, 1));
    refused(
        "first must be more than zero and at most longest: PT0S, PT1S",
        () -> RetrySchedule.exponential(Duration.ZERO, 2, SECOND, 1));
    refused(
        "first must be more than zero and at most longest: PT2S, PT1S",
        () -> RetrySchedule.exponential(Duration.ofSeconds(2), 2, SECOND, 1));
    refused(
        "longest must be 0 to 365 days: PT8784H",
        () -> RetrySchedule.exponential(SECOND, 2, year, 1));
    refused("jitter factor must be 0 to 1: 1.1", () -> RetrySchedule.none().withJitter(1.1));
    refused("jitter factor must be 0 to 1: NaN", () -> RetrySchedule.none().withJitter(Double.NaN));
    refused(
        "giveUpAfter must be positive: PT0S",
        () -> RetrySchedule.none().giveUpAfter(Duration.ZERO));
  }

  @Test
  void itGivesUpWhenTheRetryWouldComeTooLate() {
    RetrySchedule schedule = RetrySchedule.after(SECOND).giveUpAfter(Duration.ofSeconds(10));

    assertEquals(
        Optional.of(SECOND), schedule.delayAfter(1, Duration.ofSeconds(9), FAILED, new Random(1)));
    assertEquals(
        Optional.empty(),
        schedule.delayAfter(1, Duration.ofSeconds(9).plusNanos(1), FAILED, new Random(1)));
  }

  @Test
  void withoutJitterChanceIsNotAsked() {
    RandomGenerator none =
        () -> {
          throw new IllegalStateException("asked");
        };

    assertEquals(
        Optional.of(SECOND),
        RetrySchedule.after(SECOND).delayAfter(1, Duration.ZERO, FAILED, none));
  }

  @Test
  void noRoundingMakesADelayNegative() {
    // the next number that a double can hold is greater by one
    Duration odd = Duration.ofNanos((1L << 53) + 3);
    RandomGenerator least = () -> 0;

    assertEquals(
        Optional.of(Duration.ZERO),
        RetrySchedule.after(odd).withJitter(1).delayAfter(1, Duration.ZERO, FAILED, least));
  }

  @Test
  void schedulesThatSayTheSameAreEqual() {
    RetrySchedule schedule = RetrySchedule.after(SECOND).withJitter(0.2).giveUpAfter(SECOND);
    RetrySchedule same = RetrySchedule.after(SECOND).giveUpAfter(SECOND).withJitter(0.2);

    assertEquals(schedule, same);
    assertEquals(schedule.hashCode(), same.hashCode());
    assertNotEquals(schedule, schedule.withJitter(0.3));
    assertNotEquals(schedule, schedule.giveUpAfter(SECOND.plusNanos(1)));
    assertNotEquals(schedule, RetrySchedule.after(SECOND));
    assertEquals("RetrySchedule[PT1S] jitter 0.2 giving up after PT1S", schedule.toString());
  }

  @Property
  void jitterStaysInItsBoundsAndTheSpanHoldsTheWorst(
      @ForAll("delays") @Size(min = 1, max = 20) List<Duration> delays,
      @ForAll @DoubleRange(max = 1) double jitter,
      @ForAll("generators") RandomGenerator random) {
    RetrySchedule schedule =
        RetrySchedule.after(delays.toArray(Duration[]::new)).withJitter(jitter);
    Duration sum = Duration.ZERO;
    for (int attempt = 1; attempt <= delays.size(); attempt++) {
      long nominal = delays.get(attempt - 1).toNanos();
      Duration delay = schedule.delayAfter(attempt, Duration.ZERO, FAILED, random).orElseThrow();
      double reach = nominal * jitter;
      assertTrue(Math.abs(delay.toNanos() - nominal) <= reach, delay + " of " + nominal);
      assertTrue(!delay.isNegative(), () -> delay.toString());
      sum = sum.plus(delay);
    }
    assertTrue(sum.compareTo(schedule.span()) <= 0, sum + " in " + schedule.span());
  }

  @Property
  void noRetryComesAfterTheAgeToGiveUpAt(
      @ForAll("delays") @Size(min = 1, max = 20) List<Duration> delays,
      @ForAll @DoubleRange(max = 1) double jitter,
      @ForAll("positive") Duration limit,
      @ForAll long seed) {
    RetrySchedule schedule =
        RetrySchedule.after(delays.toArray(Duration[]::new)).withJitter(jitter).giveUpAfter(limit);
    Random random = new Random(seed);
    Duration age = Duration.ZERO;
    for (int attempt = 1; attempt < schedule.maxAttempts(); attempt++) {
      Optional<Duration> delay = schedule.delayAfter(attempt, age, FAILED, random);
      if (delay.isEmpty()) {
        break;
      }
      age = age.plus(delay.get());
    }
    assertTrue(age.compareTo(limit) <= 0, age + " and " + limit);
    assertTrue(age.compareTo(schedule.span()) <= 0, age + " in " + schedule.span());
  }

  @Property
  void exponentialDelaysNeverShrinkAndNeverPassTheLongest(
      @ForAll("positive") Duration one,
      @ForAll("positive") Duration two,
      @ForAll @DoubleRange(min = 1, max = 1e6) double factor,
      @ForAll @IntRange(max = 1000) int retries) {
    Duration first = one.compareTo(two) < 0 ? one : two;
    Duration longest = first.equals(one) ? two : one;
    RetrySchedule schedule = RetrySchedule.exponential(first, factor, longest, retries);

    assertEquals(retries + 1, schedule.maxAttempts());
    List<Duration> delays = new ArrayList<>();
    for (int attempt = 1; attempt <= retries; attempt++) {
      delays.add(delay(schedule, attempt).orElseThrow());
    }
    for (int i = 1; i < delays.size(); i++) {
      assertTrue(delays.get(i).compareTo(delays.get(i - 1)) >= 0, delays::toString);
    }
    assertTrue(delays.stream().allMatch(d -> d.compareTo(longest) <= 0), delays::toString);
    assertEquals(delays.stream().reduce(Duration.ZERO, Duration::plus), schedule.span());
  }

  @Provide
  Arbitrary<List<Duration>> delays() {
    return Arbitraries.longs()
        .between(0, Duration.ofDays(365).toNanos())
        .map(Duration::ofNanos)
        .list();
  }

  @Provide
  Arbitrary<Duration> positive() {
    return Arbitraries.longs().between(1, Duration.ofDays(365).toNanos()).map(Duration::ofNanos);
  }

  /** Chance, and its two ends. */
  @Provide
  Arbitrary<RandomGenerator> generators() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(Random::new), Arbitraries.of(0L, -1L).map(bits -> () -> bits));
  }

  private static Optional<Duration> delay(RetrySchedule schedule, int attempt) {
    return schedule.delayAfter(attempt, Duration.ZERO, FAILED, new Random(1));
  }

  private static void refused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
