package dev.posthorn.store;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;

/**
 * A delivery to be stored.
 *
 * @param id made by the publisher
 * @param webhook where it goes
 * @param maxAge after this it expires, counted from now, and again from each replay
 * @param claimed true to have it born leased to this process
 */
public record NewDelivery(DeliveryId id, WebhookId webhook, Duration maxAge, boolean claimed) {}
