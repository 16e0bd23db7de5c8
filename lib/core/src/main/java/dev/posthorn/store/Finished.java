package dev.posthorn.store;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import org.jspecify.annotations.Nullable;

/**
 * What became of a claim.
 *
 * @param id which delivery
 * @param fence the claim's
 * @param attempt what was tried; null if nothing was
 * @param next where the delivery stands now
 */
public record Finished(DeliveryId id, long fence, @Nullable Attempt attempt, Next next) {}
