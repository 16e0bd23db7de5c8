package dev.posthorn.store;

import dev.posthorn.delivery.EventKey;
import dev.posthorn.event.CanonicalEvent;
import java.util.List;

/**
 * An event to be stored once, and the deliveries to be made of it.
 *
 * @param key what makes it unique
 * @param type its type
 * @param content its canonical JSON, and the digest that tells it from a conflicting one; the
 *     digest is kept beside the JSON, since it cannot be made from it alone
 * @param deliveries at most one for each webhook
 */
public record NewEvent(
    EventKey key, String type, CanonicalEvent content, List<NewDelivery> deliveries) {}
