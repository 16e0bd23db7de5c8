package dev.posthorn.store;

import dev.posthorn.contract.FailureReason;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A leased right to attempt one delivery now. Claims of one call share one {@code content} per
 * event.
 *
 * @param id which delivery
 * @param fence the number that a result must carry to be written
 * @param webhook where it goes
 * @param webhookVersion the webhook's version, so that a process whose copy is older reads it anew
 * @param event which event
 * @param type the event's type
 * @param content the event itself
 * @param round which round, from 1
 * @param attempts how many attempts this round has had
 * @param lapses how many leases of this delivery ran out in a row without a result
 * @param age how long the round has lasted
 * @param maxAge when the round expires; an older one is claimed only to be given up
 * @param lastFailure why the last attempt of this round failed; null if there was none
 * @param acceptedAt when the event was accepted, by the store's clock; for reports only
 * @param ramp the lane's pace, if it is slower than its limit; null if it has none, or is at its
 *     limit
 */
public record Claim(
    DeliveryId id,
    long fence,
    WebhookId webhook,
    long webhookVersion,
    EventKey event,
    String type,
    CanonicalEvent content,
    int round,
    int attempts,
    int lapses,
    Duration age,
    Duration maxAge,
    @Nullable FailureReason lastFailure,
    Instant acceptedAt,
    @Nullable Rate ramp) {

  /** The claim of a delivery that is born claimed. */
  public static Claim first(
      NewDelivery delivery,
      EventKey event,
      String type,
      CanonicalEvent content,
      long version,
      Instant acceptedAt) {
    return new Claim(
        delivery.id(),
        1,
        delivery.webhook(),
        version,
        event,
        type,
        content,
        1,
        0,
        0,
        Duration.ZERO,
        delivery.maxAge(),
        null,
        acceptedAt,
        null);
  }
}
