package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OneHorizonContractTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Secret KEY = Secret.of("one-key");
  private static final String DATA =
      """
      {"resource":{"type":"task","id":"tsk_1","workspaceId":"w_1"},\
      "actor":{"type":"user","id":"usr_1"},"task":{"task":{}}}""";
  private static final String BODY =
      """
      {"specversion":"1.0","id":"evt_1","type":"task.updated","source":"onehorizon/workspaces/w_1",\
      "time":"2026-05-05T12:00:00Z","datacontenttype":"application/json","subject":"tsk_1",\
      "workspaceid":"w_1","data":"""
          + DATA
          + "}";

  private final DeliveryContract contract = Contracts.oneHorizon();

  @Test
  void theFirstAttemptIsTheDocumentsByteForByte() {
    WireFormat.Encoded sent = sent("evt_1", "task.updated", 0, null, List.of(KEY));

    assertEquals(BODY, new String(sent.body(), UTF_8));
    assertEquals(
        """
        Content-Type: application/cloudevents+json; charset=utf-8
        User-Agent: One-Horizon-Webhooks/1.0
        X-One-Webhook-Key: one-key
        X-One-Event-Type: task.updated
        X-One-Event-Id: evt_1
        """,
        lines(sent));
  }

  @Test
  void eachRetrySaysItsNumberAndWhyTheAttemptBeforeFailed() {
    Map<FailureReason, String> reasons =
        Map.of(
            FailureReason.HTTP_TIMEOUT, "http_timeout",
            FailureReason.CONNECTION_FAILED, "connection_failed",
            FailureReason.HTTP_ERROR, "http_error");
    byte[] first = sent("evt_1", "task.updated", 0, null, List.of(KEY)).body();
    for (int retry = 1; retry <= 3; retry++) {
      for (Map.Entry<FailureReason, String> reason : reasons.entrySet()) {
        WireFormat.Encoded sent =
            sent("evt_1", "task.updated", retry, reason.getKey(), List.of(KEY));

        assertArrayEquals(first, sent.body());
        assertEquals(
            """
            Content-Type: application/cloudevents+json; charset=utf-8
            User-Agent: One-Horizon-Webhooks/1.0
            X-One-Webhook-Key: one-key
            X-One-Event-Type: task.updated
            X-One-Event-Id: evt_1
            X-One-Retry-Num: %d
            X-One-Retry-Reason: %s
            """
                .formatted(retry, reason.getValue()),
            lines(sent));
      }
    }
  }

  @Test
  void aWebhookWithoutKeySendsNoKeyHeader() {
    WireFormat.Encoded sent = sent("evt_1", "task.updated", 0, null, List.of());

    assertFalse(sent.headers().containsKey("X-One-Webhook-Key"));
    assertEquals(4, sent.headers().size());
  }

  @Test
  void theNewestKeyIsTheOneThatIsSent() {
    List<Secret> keys = List.of(Secret.of("new"), Secret.of("old"));

    assertEquals("new", sent("i", "t", 0, null, keys).headers().get("X-One-Webhook-Key"));
    assertFalse(contract.wire().authentication().carriesSeveralKeys());
  }

  @Test
  void prefixAndUserAgentCanBeRenamed() {
    DeliveryContract renamed =
        contract.named("acme").headerPrefix("X-Acme-").userAgent("Acme-Webhooks/2.0");
    WireFormat.Encoded sent =
        renamed
            .wire()
            .encode(
                event("evt_1", "task.updated"),
                message("evt_1", "task.updated", 1, FailureReason.HTTP_ERROR),
                List.of(KEY));

    assertEquals(BODY, new String(sent.body(), UTF_8));
    assertEquals(
        """
        Content-Type: application/cloudevents+json; charset=utf-8
        User-Agent: Acme-Webhooks/2.0
        X-Acme-Webhook-Key: one-key
        X-Acme-Event-Type: task.updated
        X-Acme-Event-Id: evt_1
        X-Acme-Retry-Num: 1
        X-Acme-Retry-Reason: http_error
        """,
        lines(sent));
    assertEquals("onehorizon", contract.name());
    assertEquals("acme", renamed.name());
  }

  @Test
  void typesAndIdsThatNoHeaderCanHoldArePercentEncoded() {
    inHeader("ä", "%C3%A4");
    inHeader("€ 100%", "%E2%82%AC%20100%25");
    inHeader("😀\"", "%F0%9F%98%80%22");
    inHeader(" a", "%20a");
    inHeader("a ", "a%20");
  }

  @Test
  void typesAndIdsThatAHeaderCanHoldStayAsTheyAre() {
    inHeader("a b", "a b");
    inHeader("100%", "100%");
    inHeader("\"quoted\"", "\"quoted\"");
    inHeader("~!a", "~!a");
  }

  @Test
  void theBodyIsSharedByAllWebhooks() {
    CanonicalEvent event = event("evt_1", "task.updated");

    assertFalse(contract.wire().body().perWebhook());
    assertSame(event.json(), contract.wire().body().encode(event, "wh_1").bytes());
    assertSame(event.json(), contract.wire().body().encode(event, "wh_2").bytes());
  }

  @Test
  void theTermsAreThoseOfTheDocuments() {
    assertEquals("onehorizon", contract.name());
    assertEquals(Duration.ofSeconds(3), contract.timeout());
    assertEquals(4, contract.retries().maxAttempts());
    Outcome.Failed failed = Outcome.Failed.of(FailureDetail.DNS);
    List<Duration> delays = List.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(5));
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertEquals(
          delays.get(attempt - 1),
          contract
              .retries()
              .delayAfter(attempt, Duration.ofHours(1), failed, new Random(1))
              .orElseThrow());
    }
    assertEquals(Duration.ofMinutes(24 * 60 + 6), contract.maxAge());
    assertEquals(VerificationRule.HEAD_THEN_GET, contract.verification());
    assertEquals(DisableRule.NEVER, contract.disable());
    assertEquals(true, contract.success().accepts(200) && contract.success().accepts(299));
    assertEquals(contract, Contracts.oneHorizon());
  }

  @Test
  void aReceiverWrittenAfterTheDocumentsAcceptsEveryAttempt() {
    OneHorizonReceiver receiver = new OneHorizonReceiver("one-key");
    for (int retry = 0; retry <= 3; retry++) {
      FailureReason reason = retry == 0 ? null : FailureReason.HTTP_ERROR;
      WireFormat.Encoded sent = sent("evt_1", "task.updated", retry, reason, List.of(KEY));
      assertEquals(200, receiver.post(sent.body(), sent.headers()));
    }
    for (String type : new String[] {"a b", "100%", "\"x\"", "comment.created"}) {
      WireFormat.Encoded sent = sent("evt_1", type, 0, null, List.of(KEY));
      assertEquals(200, receiver.post(sent.body(), sent.headers()), type);
    }
  }

  @Test
  void aReceiverWrittenAfterTheDocumentsTellsWhatIsWrong() {
    WireFormat.Encoded sent = sent("evt_1", "task.updated", 0, null, List.of(KEY));
    WireFormat.Encoded keyless = sent("evt_1", "task.updated", 0, null, List.of());
    WireFormat.Encoded other = sent("evt_1", "task.created", 0, null, List.of(KEY));

    assertEquals(401, new OneHorizonReceiver("other").post(sent.body(), sent.headers()));
    assertEquals(401, new OneHorizonReceiver("one-key").post(sent.body(), keyless.headers()));
    assertEquals(200, new OneHorizonReceiver(null).post(sent.body(), keyless.headers()));
    assertEquals(400, new OneHorizonReceiver("one-key").post(sent.body(), other.headers()));
    assertEquals(400, new OneHorizonReceiver(null).post("{}".getBytes(UTF_8), keyless.headers()));
  }

  @Test
  void printingWhatIsSentShowsNoKey() {
    assertEquals(
        "Encoded[" + BODY.getBytes(UTF_8).length + " bytes, 5 headers]",
        sent("evt_1", "task.updated", 0, null, List.of(KEY)).toString());
  }

  private void inHeader(String text, String expected) {
    Map<String, String> headers = sent(text, text, 0, null, List.of()).headers();
    assertEquals(expected, headers.get("X-One-Event-Id"));
    assertEquals(expected, headers.get("X-One-Event-Type"));
  }

  private WireFormat.Encoded sent(
      String id, String type, int retry, @Nullable FailureReason reason, List<Secret> keys) {
    return contract.wire().encode(event(id, type), message(id, type, retry, reason), keys);
  }

  private static Message message(
      String id, String type, int retry, @Nullable FailureReason reason) {
    return new Message("dlv_1", "wh_1", id, "/s", type, NOW, retry, reason);
  }

  private static CanonicalEvent event(String id, String type) {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId(id)
            .withType(type)
            .withSource(URI.create("onehorizon/workspaces/w_1"))
            .withTime(OffsetDateTime.parse("2026-05-05T12:00:00Z"))
            .withSubject("tsk_1")
            .withExtension("workspaceid", "w_1")
            .withData(DATA.getBytes(UTF_8))
            .build();
    return CanonicalEvent.of(event, NOW, 64 * 1024);
  }

  private static String lines(WireFormat.Encoded sent) {
    StringBuilder lines = new StringBuilder();
    sent.headers().forEach((name, value) -> lines.append(name + ": " + value + "\n"));
    return lines.toString();
  }
}
