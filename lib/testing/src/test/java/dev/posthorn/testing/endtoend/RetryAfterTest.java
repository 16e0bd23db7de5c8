package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver that asks for a pause gets it, for all that goes there and for nothing else. */
class RetryAfterTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | 90",
        "503 | 90",
        "502 | 0000000090",
        "504 | 90",
        "429 | Tue, 05 May 2026 12:01:30 GMT",
        "503 | Tuesday, 05-May-26 12:01:30 GMT",
        "503 | Tue May  5 12:01:30 2026"
      })
  void aPauseHoldsForTheWholeWebhook(int status, String retryAfter) throws Exception {
    Answer pause = Answer.status(status).header("Retry-After", retryAfter);
    try (ScriptedReceiver other = ScriptedReceiver.start();
        Rig rig = Rig.start()) {
      ScriptedReceiver busy = rig.receiver().answers(1, pause);
      WebhookId hook = rig.hook().id();
      rig.hook(other);
      rig.publish("evt_1");
      rig.publish("evt_2");
      DeliveryId first = rig.deliveries(hook).get(1).id();
      DeliveryId second = rig.deliveries(hook).get(0).id();
      assertEquals(1, busy.requests().size(), "not even the immediate retry");
      assertEquals(2, other.requests().size(), "others are not held up");

      LaneReport lane = rig.log().explain(hook);
      assertEquals(LaneState.GATED, lane.state());
      assertEquals(Rig.NOON.plusSeconds(90), lane.nextAttempt());
      String why = "The receiver answered " + status + " and asked for a pause.";
      assertEquals(why, lane.why());
      assertEquals(
          "It waits for another attempt. Attempt 1: the endpoint answered " + status + ". " + why,
          rig.explain(first).why());
      assertEquals("It waits for its first attempt. " + why, rig.explain(second).why());
      assertEquals(Rig.NOON.plusSeconds(90), rig.explain(second).nextAttempt());

      rig.advance(Duration.ofSeconds(90).minusMillis(1));
      assertEquals(1, busy.requests().size(), "a millisecond before");
      rig.advance(Duration.ofMillis(1));
      assertEquals(3, busy.requests().size());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(first).state());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(second).state());
    }
  }

  @Test
  void aPauseThatIsShorterThanTheScheduleDoesNotHurryIt() throws Exception {
    Answer busy = Answer.status(429).header("Retry-After", "2");
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 500).answers(1, busy);
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(Rig.NOON.plusSeconds(60), rig.explain(id).nextAttempt());
      rig.advance(Duration.ofSeconds(2));
      assertEquals(LaneState.OPEN, rig.log().explain(rig.delivery(id).webhook()).state());
      rig.advance(Duration.ofSeconds(57));
      assertEquals(2, receiver.requests().size());
      rig.advance(Duration.ofSeconds(1));
      assertEquals(3, receiver.requests().size());
    }
  }

  @Test
  void aPauseIsCappedByItsLimit() throws Exception {
    Limits limits = Limits.standard().retryAfter(Duration.ofMinutes(10));
    Answer hostile = Answer.status(503).header("Retry-After", "99999999999999999999");
    try (Rig rig = Rig.start(Contracts.oneHorizon(), b -> b.limits(limits))) {
      ScriptedReceiver receiver = rig.receiver().answers(1, hostile);
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(Rig.NOON.plusSeconds(600), rig.explain(id).nextAttempt());
      rig.advance(Duration.ofMinutes(10).minusMillis(1));
      assertEquals(1, receiver.requests().size());
      rig.advance(Duration.ofMillis(1));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "0", "1.5", "soon", "1e3", "Tue, 05 May 2020 12:00:00 GMT", "9 9", "+5", ""})
  void aValueThatMakesNoSenseIsIgnored(String retryAfter) throws Exception {
    Answer strange = Answer.status(429).header("Retry-After", retryAfter);
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answers(1, strange);
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state(), "retried at once");
      assertEquals(List.of("1"), List.of(receiver.request(2).header("X-One-Retry-Num")));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 301, 400, 404, 500})
  void otherAnswersDoNotPause(int status) throws Exception {
    try (Rig rig = Rig.start()) {
      rig.receiver().answers(1, Answer.status(status).header("Retry-After", "90"));
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(LaneState.OPEN, rig.log().explain(hook).state());
    }
  }
}
