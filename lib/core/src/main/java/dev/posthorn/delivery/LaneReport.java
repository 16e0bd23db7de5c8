package dev.posthorn.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one webhook is being sent to, and why. Answered from the store alone, so every process that
 * shares the store gives the same answer.
 *
 * @param tenant whose webhook it is
 * @param webhook which webhook
 * @param state how it is being sent to
 * @param since when that began, by the store's clock
 * @param why one English sentence for a person
 * @param nextAttempt not before this is anything sent, by the store's clock; null if nothing is
 *     pending or all is held
 */
public record LaneReport(
    Tenant tenant,
    WebhookId webhook,
    LaneState state,
    Instant since,
    String why,
    @Nullable Instant nextAttempt) {}
