package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What One Horizon's documents promise to a receiver, over real sockets and the real schedule. */
class OneHorizonTest {
  private static final Duration A_MILLISECOND = Duration.ofMillis(1);
  private static final String KEY = "k_3x4mpl3";

  private static final String DATA =
      "{\"resource\":{\"type\":\"task\",\"id\":\"tsk_1\",\"workspaceId\":\"w_1\"},"
          + "\"actor\":{\"type\":\"user\",\"id\":\"usr_1\"},\"task\":{\"task\":{}}}";

  /** The whole request of a first attempt, headers in the order of their names. */
  private static final String WIRE =
      """
      POST /hooks
      Accept-Encoding: identity
      Connection: Keep-Alive
      Content-Length: 323
      Content-Type: application/cloudevents+json; charset=utf-8
      Host: %s
      User-Agent: One-Horizon-Webhooks/1.0
      X-One-Event-Id: evt_1
      X-One-Event-Type: task.updated
      X-One-Webhook-Key: k_3x4mpl3

      {"specversion":"1.0","id":"evt_1","type":"task.updated","source":"onehorizon/workspaces/w_1",\
      "time":"2026-05-05T12:00:00Z","datacontenttype":"application/json","subject":"tsk_1",\
      "workspaceid":"w_1","data":{"resource":{"type":"task","id":"tsk_1","workspaceId":"w_1"},\
      "actor":{"type":"user","id":"usr_1"},"task":{"task":{}}}}""";

  /** The same as the n-th retry. */
  private static String wire(ScriptedReceiver receiver, int retry, String reason) {
    String first = WIRE.formatted(receiver.address());
    String key = "X-One-Webhook-Key:";
    String added = "X-One-Retry-Num: %d\nX-One-Retry-Reason: %s\n".formatted(retry, reason);
    return retry == 0 ? first : first.replace(key, added + key);
  }

  private static WebhookSpec keyed(ScriptedReceiver receiver) {
    return keyed(receiver.url());
  }

  private static WebhookSpec keyed(String url) {
    return WebhookSpec.to(url).events("task.updated").secret(Secret.of(KEY));
  }

  @Test
  void fourAttemptsAreMadeAtOnceAtOnceAfterAMinuteAndAfterFiveMore() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().thenFails(500);
      rig.hook(keyed(receiver));
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.settle();
      assertEquals(2, receiver.requests().size(), "the first attempt and the first retry, at once");
      assertEquals(wire(receiver, 0, ""), Wire.of(receiver.request(1)));
      assertEquals(wire(receiver, 1, "http_error"), Wire.of(receiver.request(2)));
      assertEquals(Rig.NOON.plusSeconds(60), rig.explain(id).nextAttempt());

      rig.advance(Duration.ofMinutes(1).minus(A_MILLISECOND));
      assertEquals(2, receiver.requests().size(), "a millisecond before the minute is over");
      rig.advance(A_MILLISECOND);
      assertEquals(3, receiver.requests().size());
      assertEquals(wire(receiver, 2, "http_error"), Wire.of(receiver.request(3)));
      assertEquals(Rig.NOON.plusSeconds(360), rig.explain(id).nextAttempt());

      rig.advance(Duration.ofMinutes(5).minus(A_MILLISECOND));
      assertEquals(3, receiver.requests().size(), "a millisecond before five minutes are over");
      rig.advance(A_MILLISECOND);
      assertEquals(4, receiver.requests().size());
      assertEquals(wire(receiver, 3, "http_error"), Wire.of(receiver.request(4)));

      rig.advance(Duration.ofHours(1));
      assertEquals(4, receiver.requests().size(), "no fifth attempt");
      Delivery ended = rig.delivery(id);
      assertEquals(DeliveryState.EXHAUSTED, ended.state());
      assertEquals(EndReason.RETRIES_USED_UP, ended.ended());
      assertNull(rig.explain(id).nextAttempt());
      assertEquals(
          "It was given up, because all attempts are used up. Attempt 4: the endpoint answered 500.",
          rig.explain(id).why());
      assertEquals(
          List.of(360L, 60L, 0L, 0L),
          rig.attempts(id).stream().map(a -> a.startedAt().getEpochSecond() - 1777982400).toList(),
          "newest first");
      assertEquals(List.of(4, 3, 2, 1), rig.attempts(id).stream().map(Attempt::number).toList());
    }
  }

  @Test
  void theBytesOnTheSocketAreExactlyThese() throws Exception {
    try (RawReceiver receiver = new RawReceiver();
        Rig rig = Rig.start()) {
      rig.hook(keyed(receiver.url()));
      rig.publisher().publish(Rig.task("evt_1", DATA));
      rig.settle();
      RawRequest seen = receiver.post(1);
      assertEquals("POST /hooks HTTP/1.1", seen.line());
      assertEquals(String.valueOf(seen.body().length), seen.header("Content-Length"));
      assertEquals(
          List.of(
              "Content-Type",
              "User-Agent",
              "X-One-Webhook-Key",
              "X-One-Event-Type",
              "X-One-Event-Id",
              "Accept-Encoding",
              "Content-Length",
              "Host",
              "Connection"),
          seen.headers().stream().map(header -> header.substring(0, header.indexOf(':'))).toList(),
          "names as they are written, and no others");
    }
  }

  @Test
  void aReplayHasTheSameBytesAndNoRetryHeaders() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().thenFails(503);
      rig.hook(keyed(receiver));
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.advance(Duration.ofMinutes(6));
      assertEquals(4, receiver.requests().size());
      receiver.fails(1, 500).thenAnswers(Answer.status(200));

      Delivery replayed = rig.log().replay(id);
      assertEquals(id, replayed.id());
      assertEquals(2, replayed.round());
      rig.settle();

      assertEquals(6, receiver.requests().size());
      assertEquals(wire(receiver, 0, ""), Wire.of(receiver.request(5)), "a new round");
      assertEquals(wire(receiver, 1, "http_error"), Wire.of(receiver.request(6)));
      assertArrayEquals(receiver.request(1).body(), receiver.request(6).body());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(2, rig.delivery(id).attempts(), "of this round");
      assertEquals(
          List.of("2/2", "2/1", "1/4", "1/3", "1/2", "1/1"),
          rig.attempts(id).stream().map(a -> a.round() + "/" + a.number()).toList());
    }
  }

  @Test
  void aConnectionThatIsCutOffIsToldAsConnectionFailed() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver =
          rig.receiver().answersHead(Answer.status(204).header("Connection", "close")).resets(1);
      rig.hook(keyed(receiver));
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.settle();
      assertEquals(wire(receiver, 1, "connection_failed"), Wire.of(receiver.request(2)));
      assertEquals(FailureDetail.RESET, detail(rig.attempts(id).get(1)));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void aKeptConnectionThatTurnsOutDeadCostsNoRetry() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().resets(1);
      rig.hook(keyed(receiver));
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.settle();
      assertEquals(1, rig.attempts(id).size());
      assertTrue(rig.attempts(id).get(0).resent());
      assertEquals(
          wire(receiver, 0, ""), Wire.of(receiver.request(2)), "the same attempt once more");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "no-such-host.invalid:8443"})
  void anEndpointThatCannotBeReachedIsToldAsConnectionFailed(String address) throws Exception {
    DeliveryContract unchecked =
        Contracts.oneHorizon().verification(VerificationRule.NONE).timeout(Duration.ofSeconds(30));
    EndpointPolicy policy = EndpointPolicy.standard().allowLoopback().allow(address);
    try (Rig rig = Rig.start(unchecked, builder -> builder.endpoints(policy))) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId hook =
          rig.registry().register(keyed(receiver).url("http://" + address + "/hooks")).id();
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.settle();
      FailureDetail expected =
          address.startsWith("127") ? FailureDetail.CONNECT_REFUSED : FailureDetail.DNS;
      assertEquals(
          List.of(expected, expected),
          rig.attempts(id).stream().map(OneHorizonTest::detail).toList());

      rig.registry().update(hook, spec -> spec.url(receiver.url()));
      rig.advance(Duration.ofMinutes(1));
      assertEquals(
          wire(receiver, 2, "connection_failed"), Wire.of(receiver.request(1)), "to the new URL");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    }
  }

  @Test
  void aReceiverThatHangsIsToldAsHttpTimeout() throws Exception {
    DeliveryContract quick = Contracts.oneHorizon().timeout(Duration.ofSeconds(1));
    try (Rig rig = Rig.start(quick)) {
      ScriptedReceiver receiver = rig.receiver().hangs(1);
      rig.hook(keyed(receiver));
      DeliveryId id = rig.publisher().publish(Rig.task("evt_1", DATA)).deliveries().get(0);
      rig.settle();
      assertEquals(wire(receiver, 1, "http_timeout"), Wire.of(receiver.request(2)));
      assertEquals(FailureDetail.READ_TIMEOUT, detail(rig.attempts(id).get(1)));
      assertEquals("It was delivered: the endpoint answered 204.", rig.explain(id).why());
    }
  }

  @Test
  void aReasonIsAlwaysThatOfTheAttemptBefore() throws Exception {
    DeliveryContract quick = Contracts.oneHorizon().timeout(Duration.ofSeconds(2));
    try (Rig rig = Rig.start(quick)) {
      ScriptedReceiver receiver =
          rig.receiver()
              .fails(1, 404)
              .hangs(1)
              .answers(1, Answer.status(302).header("Location", "/"));
      rig.hook();
      rig.publish("evt_1");
      rig.advance(Duration.ofMinutes(6));
      assertEquals(
          List.of("-", "http_error", "http_timeout", "http_error"),
          receiver.requests().stream()
              .map(seen -> seen.has("X-One-Retry-Reason") ? seen.header("X-One-Retry-Reason") : "-")
              .toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 206, 299})
  void every2xxIsSuccess(int status) throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answers(1, Answer.status(status));
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(new Outcome.Accepted(status), rig.delivery(id).lastOutcome());
      rig.advance(Duration.ofHours(1));
      assertEquals(1, receiver.requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsAFailureAndNeverFollowed(int status) throws Exception {
    try (ScriptedReceiver elsewhere = ScriptedReceiver.start();
        Rig rig = Rig.start()) {
      ScriptedReceiver receiver =
          rig.receiver().answers(1, Answer.status(status).header("Location", elsewhere.url()));
      rig.hook();
      DeliveryId id = rig.publish("evt_1");
      assertEquals(2, receiver.requests().size());
      assertEquals("http_error", receiver.request(2).header("X-One-Retry-Reason"));
      assertEquals(Outcome.Failed.status(status, null), rig.attempts(id).get(1).outcome());
      assertEquals(0, elsewhere.connections());
    }
  }

  @Test
  void goneIsAnErrorLikeAnyOther() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().thenFails(410);
      WebhookId hook = rig.hook().id();
      DeliveryId id = rig.publish("evt_1");
      rig.advance(Duration.ofMinutes(6));
      assertEquals(4, receiver.requests().size());
      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(id).state());
      assertTrue(rig.registry().find(hook).orElseThrow().enabled());
      assertEquals(LaneState.OPEN, rig.log().explain(hook).state());
    }
  }

  @Test
  void aWebhookWithoutAKeySendsNoKeyHeader() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      Registration hook = rig.hook(keyed(receiver).withoutSecret());
      assertTrue(hook.secret().isEmpty());
      rig.publisher().publish(Rig.task("evt_1", DATA));
      rig.settle();
      String keyless = wire(receiver, 0, "").replace("X-One-Webhook-Key: " + KEY + "\n", "");
      assertEquals(keyless, Wire.of(receiver.request(1)));
    }
  }

  @Test
  void prefixAndUserAgentCanBeRenamed() throws Exception {
    DeliveryContract acme =
        Contracts.oneHorizon().named("acme").headerPrefix("X-Acme-").userAgent("Acme-Hooks/2.1");
    try (Rig rig = Rig.start(acme)) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 500);
      rig.hook(keyed(receiver));
      rig.publisher().publish(Rig.task("evt_1", DATA));
      rig.settle();
      String renamed =
          wire(receiver, 1, "http_error")
              .replace("X-One-", "X-Acme-")
              .replace("One-Horizon-Webhooks/1.0", "Acme-Hooks/2.1");
      List<String> sorted = Stream.of(renamed.split("\n\n", 2)[0].split("\n")).sorted().toList();
      List<String> came =
          Stream.of(Wire.of(receiver.request(2)).split("\n\n", 2)[0].split("\n")).sorted().toList();
      assertEquals(sorted, came);
      assertEquals("Acme-Hooks/2.1", receiver.checks().get(0).header("User-Agent"));
      assertFalse(Wire.of(receiver.request(2)).contains("X-One"));
    }
  }

  private static FailureDetail detail(Attempt attempt) {
    return attempt.outcome() instanceof Outcome.Failed failed
        ? failed.detail()
        : FailureDetail.SENDER;
  }
}
