package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The attempts of a delivery that is alone and fails to its end, to the millisecond. */
final class Schedule {
  private static final Duration A_MILLISECOND = Duration.ofMillis(1);

  private Schedule() {}

  /**
   * Lets a delivery whose first attempt has just failed come to its end, and sees that every
   * attempt comes when it is due, and no other.
   *
   * @return when each attempt began
   */
  static List<Instant> isKept(Rig rig, DeliveryId id, Duration... delays) {
    ScriptedReceiver receiver = rig.receiver();
    List<Instant> times = new ArrayList<>(List.of(rig.time.instant()));
    for (Duration delay : delays) {
      int made = times.size();
      Instant due = rig.time.instant().plus(delay);
      assertEquals(made, receiver.requests().size(), "before the wait of " + delay);
      assertEquals(due, rig.explain(id).nextAttempt(), "what the log says");
      rig.advance(delay.minus(A_MILLISECOND));
      assertEquals(made, receiver.requests().size(), "a millisecond before " + delay + " are over");
      rig.advance(A_MILLISECOND);
      assertEquals(made + 1, receiver.requests().size(), "after " + delay);
      times.add(due);
    }
    isOver(rig, id, times);
    return times;
  }

  private static void isOver(Rig rig, DeliveryId id, List<Instant> times) {
    rig.advance(Duration.ofDays(2));
    assertEquals(times.size(), rig.receiver().requests().size(), "no further attempt");
    Delivery ended = rig.delivery(id);
    assertEquals(DeliveryState.EXHAUSTED, ended.state());
    assertEquals(EndReason.RETRIES_USED_UP, ended.ended());
    List<Attempt> newestFirst = rig.attempts(id);
    for (int i = 0; i < times.size(); i++) {
      Attempt attempt = newestFirst.get(times.size() - 1 - i);
      assertEquals(i + 1, attempt.number());
      assertEquals(times.get(i), attempt.startedAt());
    }
  }

  /** Sees that all requests are the same, to the byte, but for the headers of these names. */
  static void isOfTheSame(List<Seen> requests, String... fresh) {
    Seen first = requests.get(0);
    for (Seen seen : requests) {
      assertArrayEquals(first.body(), seen.body());
      assertEquals(first.path(), seen.path());
      assertEquals(without(fresh, first), without(fresh, seen));
    }
  }

  private static List<String> without(String[] names, Seen seen) {
    Set<String> left = Set.of(names);
    return seen.headerLines().stream()
        .filter(line -> !left.contains(line.substring(0, line.indexOf(':'))))
        .toList();
  }

  /** What one header said on each attempt. */
  static List<String> said(String header, List<Seen> requests) {
    return requests.stream().map(seen -> seen.header(header)).toList();
  }

  /** Instants as the headers of signatures have them. */
  static List<String> seconds(List<Instant> times) {
    return times.stream().map(time -> String.valueOf(time.getEpochSecond())).toList();
  }
}
