package dev.posthorn.contract;

import dev.posthorn.event.JsonEnvelope;
import java.time.Duration;

/**
 * The contracts that Posthorn brings. Change what differs, and give the result a name of its own: a
 * store remembers a webhook's contract by its name.
 */
public final class Contracts {
  private static final String SIGNATURE = "Signature";
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;
  private static final String USER_AGENT = "Posthorn/1.0";
  private static final RetrySchedule MINUTES =
      RetrySchedule.after(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));

  private static final RetrySchedule DAYS =
      RetrySchedule.after(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14),
              Duration.ofHours(20),
              Duration.ofHours(24))
          .withJitter(0.1);

  private Contracts() {}

  /**
   * What One Horizon's public documents promise to receivers of its webhooks.
   *
   * <ul>
   *   <li>POST of CloudEvents JSON, structured, {@code application/cloudevents+json;
   *       charset=utf-8}, from {@code One-Horizon-Webhooks/1.0}.
   *   <li>{@code X-One-Webhook-Key}: the shared key, if the webhook has one. It is no signature:
   *       whoever reads the request can copy it. It carries one key, so after a rotation the
   *       receiver must accept both for a while.
   *   <li>{@code X-One-Event-Type}, {@code X-One-Event-Id}; on retries {@code X-One-Retry-Num} (1,
   *       2, 3) and {@code X-One-Retry-Reason} (of the attempt before: {@code http_timeout}, {@code
   *       connection_failed}, {@code http_error}). Type and id stand in the header as they are, so
   *       that they equal the body's. The documents are silent on those that no header can hold,
   *       with characters outside printable ASCII or a space at an end: they are percent-encoded as
   *       in CloudEvents' HTTP binding, and the body alone is exact. A receiver refuses those that
   *       disagree with the body, and takes a request without them, as the documents' sample does.
   *   <li>Any 2xx within 3 seconds is success; retries at once, after 1 minute and after 5 minutes.
   *   <li>Endpoints are verified by HEAD, then GET on 405; until then deliveries are held (the
   *       documents are silent; events must not go to an address that nobody has confirmed).
   *   <li>Never disabled by itself: 410 is an {@code http_error} like any other.
   * </ul>
   */
  public static DeliveryContract oneHorizon() {
    RetrySchedule retries =
        RetrySchedule.after(Duration.ZERO, Duration.ofMinutes(1), Duration.ofMinutes(5));
    WireFormat wire =
        new WireFormat(
            BodyFormats.structured(),
            new OneHorizonHeaders(),
            new SharedKey("Webhook-Key"),
            "X-One-",
            "One-Horizon-Webhooks/1.0");
    return new DeliveryContract(
        "onehorizon",
        wire,
        SuccessRule.any2xx(),
        Duration.ofSeconds(3),
        retries,
        DeliveryContract.usualMaxAge(retries),
        VerificationRule.HEAD_THEN_GET,
        DisableRule.NEVER);
  }

  /**
   * JSON with a signature of its body in hexadecimal digits: what the public documents of a task
   * manager's webhooks promise to receivers. Where they are silent or disagree with themselves, the
   * choice is marked.
   *
   * <ul>
   *   <li>POST of {@code {"event","timestamp","webhook_id","data"}} as {@link JsonEnvelope} writes
   *       it, {@code application/json}.
   *   <li>{@code X-Webhook-Signature: sha256=} and the HMAC-SHA256 of the body. The documents' text
   *       has the prefix, their code compares bare digits; for receivers that do as the code, give
   *       the wire format {@code HmacSignature.in("Signature")}.
   *   <li>{@code X-Webhook-ID}, {@code X-Webhook-Timestamp} (seconds since 1970, of the attempt,
   *       not signed), {@code X-Webhook-Event-Id} and {@code X-Webhook-Event-Source} (chosen:
   *       nothing else lets receivers tell duplicates, and an id is unique within its source only).
   *       The last two are percent-encoded as in CloudEvents' HTTP binding and have at most 3,072
   *       and 3,412 characters. A receiver takes a request without the source: the webhook's id
   *       stands for it then.
   *   <li>Any 2xx within 10 seconds is success (chosen); retries after 1, 5 and 30 minutes.
   *   <li>Disabled when a delivery has used up all its attempts (chosen reading of "after 3
   *       failures"); enabled again by hand. No verification.
   * </ul>
   */
  public static DeliveryContract signedJson() {
    return new DeliveryContract(
        "signed-json",
        plain(true, HmacSignature.in(SIGNATURE).after("sha256=")),
        SuccessRule.any2xx(),
        Duration.ofSeconds(10),
        MINUTES,
        DeliveryContract.usualMaxAge(MINUTES),
        VerificationRule.NONE,
        DisableRule.ON_EXHAUSTED);
  }

  /**
   * What the public documents of an organisation API's webhooks promise to receivers: as {@link
   * #signedJson()} (chosen: the documents show no body), but the signature is bare digits (chosen),
   * {@code X-Webhook-Event-Id} and {@code X-Webhook-Event-Source} are the only other headers
   * (chosen), any 2xx within 10 seconds is success (chosen), retries come after 1, 5 and 30
   * seconds, and nothing disables a webhook.
   */
  public static DeliveryContract organisation() {
    RetrySchedule retries =
        RetrySchedule.after(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30));
    return new DeliveryContract(
        "organisation",
        plain(false, HmacSignature.in(SIGNATURE)),
        SuccessRule.any2xx(),
        Duration.ofSeconds(10),
        retries,
        DeliveryContract.usualMaxAge(retries),
        VerificationRule.NONE,
        DisableRule.NEVER);
  }

  /**
   * What the public documents of a notification system's webhooks promise to receivers. CloudEvents
   * in structured mode (chosen), signed by Standard Webhooks (chosen: sender, integrity and
   * freshness are asked for). Exactly 200 within 10 seconds (chosen) is success; retries after 1, 5
   * and 30 seconds, 5 and 30 minutes (chosen); no verification; nothing disables a webhook.
   *
   * <p>"A webhook always references exactly one event": it chooses exactly one event type, named in
   * full, while one event may go to many webhooks. {@code events(EventRule.ANY_TYPES)} lifts that.
   */
  public static DeliveryContract notification() {
    RetrySchedule retries =
        RetrySchedule.after(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30));
    WireFormat wire =
        new WireFormat(
            BodyFormats.structured(),
            MessageHeaders.none(),
            new StandardSignature(),
            "webhook-",
            USER_AGENT);
    return new DeliveryContract(
        "notification",
        wire,
        SuccessRule.of(200),
        Duration.ofSeconds(10),
        retries,
        DeliveryContract.usualMaxAge(retries),
        VerificationRule.NONE,
        DisableRule.NEVER,
        EventRule.ONE_TYPE);
  }

  /**
   * <a href="https://www.standardwebhooks.com">Standard Webhooks</a> 1.0.0.
   *
   * <ul>
   *   <li>POST of {@code {"type","timestamp","data"}} as {@link JsonEnvelope} writes it.
   *   <li>{@code webhook-id} (the delivery's, the same on every attempt), {@code webhook-timestamp}
   *       (of the attempt), {@code webhook-signature}: a signature by each current key, newest
   *       first, so that rotation overlaps. Keys are {@code whsec_} and base64 of 24 to 64 bytes
   *       ({@code v1}, HMAC), or {@code whsk_} (ed25519, {@code v1a}), whose receivers have {@code
   *       whpk_}.
   *   <li>Any 2xx within 15 seconds is success; retries after 5 seconds, 5 and 30 minutes, 2, 5,
   *       10, 14, 20 and 24 hours, each up to a tenth later or earlier.
   *   <li>Disabled by 410, and when a delivery has used up all its attempts. No verification.
   * </ul>
   */
  public static DeliveryContract standardWebhooks() {
    WireFormat wire =
        new WireFormat(
            new PlainJson(new JsonEnvelope("type", "timestamp", null), "id", null, null),
            MessageHeaders.none(),
            new StandardSignature(),
            "webhook-",
            USER_AGENT);
    return new DeliveryContract(
        "standard-webhooks",
        wire,
        SuccessRule.any2xx(),
        Duration.ofSeconds(15),
        DAYS,
        DeliveryContract.usualMaxAge(DAYS),
        VerificationRule.NONE,
        DisableRule.ON_GONE_OR_EXHAUSTED);
  }

  /**
   * <a
   * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md">CloudEvents
   * Web Hooks</a> 1.0.2.
   *
   * <ul>
   *   <li>POST of CloudEvents JSON in structured mode; {@code body(BodyFormats.binary())} and,
   *       where the receiver has asked for it, {@code body(BodyFormats.batch())} change the mode.
   *   <li>{@code Authorization: Bearer} and the webhook's key, if it has one, see {@link
   *       BearerToken}; the standard wants one. {@code WebHook-Request-Origin}: the sending system.
   *   <li>Any 2xx within 15 seconds (chosen) is success; 415 is permanent; other failures are
   *       retried as in {@link #standardWebhooks()} (chosen).
   *   <li>Disabled by 410. Deliveries are held until a handshake by OPTIONS has allowed them, at
   *       the rate that it has allowed.
   * </ul>
   *
   * @param origin the DNS name of the sending system, for example {@code events.acme.example}
   * @throws IllegalArgumentException if it is no DNS name
   */
  public static DeliveryContract cloudEvents(String origin) {
    RetrySchedule retries = DAYS.neverAfter(UNSUPPORTED_MEDIA_TYPE);
    WireFormat wire =
        new WireFormat(
            BodyFormats.structured(),
            MessageHeaders.none(),
            new BearerToken(),
            "WebHook-",
            USER_AGENT,
            RequestOrigin.of(origin));
    return new DeliveryContract(
        "cloudevents",
        wire,
        SuccessRule.any2xx(),
        Duration.ofSeconds(15),
        retries,
        DeliveryContract.usualMaxAge(retries),
        VerificationRule.HANDSHAKE,
        DisableRule.ON_GONE);
  }

  private static WireFormat plain(boolean webhookAndTime, Authentication authentication) {
    return new WireFormat(
        new PlainJson(
            new JsonEnvelope("event", "timestamp", "webhook_id"),
            WebhookHeaders.EVENT_ID,
            WebhookHeaders.EVENT_SOURCE,
            webhookAndTime ? WebhookHeaders.WEBHOOK_ID : null),
        new WebhookHeaders(webhookAndTime),
        authentication,
        "X-Webhook-",
        USER_AGENT);
  }
}
