package dev.posthorn.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt is about: all that a contract may put into headers.
 *
 * @param deliveryId the delivery's id, the same on every attempt
 * @param webhookId the webhook's id
 * @param eventId the event's {@code id}, unique within its source only
 * @param eventSource the event's {@code source}
 * @param eventType the event's {@code type}
 * @param at when this attempt begins
 * @param retry 0 for the first attempt of a round, then 1, 2, 3
 * @param lastFailure why the attempt before failed; null on the first of a round
 */
public record Message(
    String deliveryId,
    String webhookId,
    String eventId,
    String eventSource,
    String eventType,
    Instant at,
    int retry,
    @Nullable FailureReason lastFailure) {}
