package dev.posthorn.contract;

import java.time.Duration;

/**
 * The contracts that Posthorn brings. Change what differs, and give the result a name of its own: a
 * store remembers a webhook's contract by its name.
 */
public final class Contracts {

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
            new CloudEventsStructured("application/cloudevents+json; charset=utf-8"),
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
}
