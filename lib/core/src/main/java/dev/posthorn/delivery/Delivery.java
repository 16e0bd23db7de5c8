package dev.posthorn.delivery;

import dev.posthorn.contract.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook, as it stood when it was read.
 *
 * @param id its id, stable for ever
 * @param webhook where it goes
 * @param event which event
 * @param eventType the event's type
 * @param state where it stands
 * @param round 1, and one more for each replay
 * @param attempts how many attempts this round has had
 * @param acceptedAt when the event was accepted, by the store's clock
 * @param nextAttempt not before this is it tried again, by the store's clock, its webhook's gate
 *     included; of one that is being attempted the end of its lease; null if it ended or is held
 * @param lastOutcome what the last attempt came to, of an earlier round if this one has had none;
 *     null before the first
 * @param ended why it ended without success; null if it was delivered or has not ended
 * @param endedAt when it ended, by the store's clock; null if it has not
 */
public record Delivery(
    DeliveryId id,
    WebhookId webhook,
    EventKey event,
    String eventType,
    DeliveryState state,
    int round,
    int attempts,
    Instant acceptedAt,
    @Nullable Instant nextAttempt,
    @Nullable Outcome lastOutcome,
    @Nullable EndReason ended,
    @Nullable Instant endedAt) {}
