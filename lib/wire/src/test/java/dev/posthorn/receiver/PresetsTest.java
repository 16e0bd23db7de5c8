package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The presets as their documents have them, from one end to the other. */
class PresetsTest {
  private static final Instant AT = Instant.parse("2025-10-14T10:30:05Z");
  private static final String DATA = "{\"id\":\"task_789\",\"name\":\"Größe\"}";
  private static final List<DeliveryContract> ALL =
      List.of(
          Contracts.oneHorizon(),
          Contracts.signedJson(),
          Contracts.organisation(),
          Contracts.notification(),
          Contracts.standardWebhooks());

  @Test
  void signedJsonIsAsDocumented() {
    DeliveryContract contract = Contracts.signedJson();
    WireFormat.Encoded sent = encoded(contract, Secret.of("your_webhook_secret"));
    assertEquals(
        "{\"event\":\"task.created\",\"timestamp\":\"2025-10-14T10:30:00Z\","
            + "\"webhook_id\":\"webhook_123\",\"data\":"
            + DATA
            + "}",
        new String(sent.body(), UTF_8));
    assertEquals("webhook_123", sent.headers().get("X-Webhook-ID"));
    assertEquals("1760437805", sent.headers().get("X-Webhook-Timestamp"));
    assertEquals("evt%201", sent.headers().get("X-Webhook-Event-Id"));
    assertEquals("/tasks", sent.headers().get("X-Webhook-Event-Source"));
    assertTrue(
        Objects.requireNonNull(sent.headers().get("X-Webhook-Signature"))
            .matches("sha256=[0-9a-f]{64}"));
    assertEquals(
        RetrySchedule.after(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30)),
        contract.retries());
    assertEquals(DisableRule.ON_EXHAUSTED, contract.disable());
  }

  @Test
  void organisationIsAsDocumented() {
    DeliveryContract contract = Contracts.organisation();
    WireFormat.Encoded sent = encoded(contract, Secret.of("a key"));
    assertTrue(
        Objects.requireNonNull(sent.headers().get("X-Webhook-Signature")).matches("[0-9a-f]{64}"));
    assertEquals("evt%201", sent.headers().get("X-Webhook-Event-Id"));
    assertEquals("/tasks", sent.headers().get("X-Webhook-Event-Source"));
    assertFalse(sent.headers().containsKey("X-Webhook-ID"));
    assertEquals(
        RetrySchedule.after(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30)),
        contract.retries());
    assertEquals(DisableRule.NEVER, contract.disable());
  }

  @Test
  void notificationIsAsDocumented() {
    DeliveryContract contract = Contracts.notification();
    assertTrue(contract.success().accepts(200));
    assertFalse(contract.success().accepts(204));
    assertEquals(6, contract.retries().maxAttempts());
  }

  @Test
  void standardWebhooksIsAsDocumented() {
    DeliveryContract contract = Contracts.standardWebhooks();
    WireFormat.Encoded sent = encoded(contract, newKey(contract));
    assertEquals(
        "{\"type\":\"task.created\",\"timestamp\":\"2025-10-14T10:30:00Z\",\"data\":" + DATA + "}",
        new String(sent.body(), UTF_8));
    assertEquals("dlv_1", sent.headers().get("webhook-id"));
    assertEquals(10, contract.retries().maxAttempts());
    assertEquals(Duration.ofSeconds(15), contract.timeout());
    assertEquals(DisableRule.ON_GONE_OR_EXHAUSTED, contract.disable());
  }

  @Test
  void whatIsSentIsReceived() {
    for (DeliveryContract contract : ALL) {
      Secret key = newKey(contract);
      WireFormat.Encoded sent = encoded(contract, key);
      CloudEvent received = receiver(contract, key).receive(lists(sent.headers()), sent.body());
      assertEquals("task.created", received.getType(), contract.name());
      assertEquals(
          contract.name().equals("standard-webhooks") ? "dlv_1" : "evt 1", received.getId());
      assertArrayEquals(DATA.getBytes(UTF_8), Objects.requireNonNull(received.getData()).toBytes());
    }
  }

  @Test
  void aChangedBodyIsRefusedWhereItIsSigned() {
    for (DeliveryContract contract : ALL.subList(1, ALL.size())) {
      Secret key = newKey(contract);
      WireFormat.Encoded sent = encoded(contract, key);
      WebhookReceiver receiver = receiver(contract, key);
      for (int i = 0; i < sent.body().length; i++) {
        byte[] changed = sent.body().clone();
        changed[i] ^= 1;
        RefusedException refused =
            assertThrows(
                RefusedException.class, () -> receiver.receive(lists(sent.headers()), changed));
        assertEquals(401, refused.status(), contract.name());
      }
    }
  }

  @Test
  void aWebhookIdThatIsNotTheBodysIsRefused() {
    DeliveryContract contract = Contracts.signedJson();
    Secret key = newKey(contract);
    WireFormat.Encoded sent = encoded(contract, key);
    Map<String, List<String>> headers = lists(sent.headers());
    headers.put("X-Webhook-ID", List.of("webhook_124"));
    RefusedException refused =
        assertThrows(
            RefusedException.class, () -> receiver(contract, key).receive(headers, sent.body()));
    assertEquals("X-Webhook-ID is not the webhook_id of the body", refused.reason());
  }

  @Test
  void onlyOneHorizonHoldsWhatIsNotVerified() {
    for (DeliveryContract contract : ALL) {
      boolean holds = contract.verification() != VerificationRule.NONE;
      assertEquals(contract.name().equals("onehorizon"), holds, contract.name());
    }
  }

  private static Secret newKey(DeliveryContract contract) {
    return contract.wire().authentication().newKey(new Random(1));
  }

  private static WebhookReceiver receiver(DeliveryContract contract, Secret key) {
    return WebhookReceiver.of(contract, key).clock(Clock.fixed(AT, ZoneOffset.UTC));
  }

  private static WireFormat.Encoded encoded(DeliveryContract contract, Secret key) {
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("evt 1")
            .withSource(URI.create("/tasks"))
            .withType("task.created")
            .withTime(Instant.parse("2025-10-14T10:30:00Z").atOffset(ZoneOffset.UTC))
            .withData("application/json", DATA.getBytes(UTF_8))
            .build();
    Message message =
        new Message("dlv_1", "webhook_123", "evt 1", "/tasks", "task.created", AT, 0, null);
    return contract
        .wire()
        .encode(CanonicalEvent.of(event, Instant.EPOCH, 1 << 20), message, List.of(key));
  }

  private static Map<String, List<String>> lists(Map<String, String> headers) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return lists;
  }
}
