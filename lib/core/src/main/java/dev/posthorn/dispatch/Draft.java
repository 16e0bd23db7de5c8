package dev.posthorn.dispatch;

import dev.posthorn.delivery.EventKey;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.registry.Directory;
import java.util.List;

/**
 * An event that is about to be accepted.
 *
 * @param key what makes it unique
 * @param type its type
 * @param content the event itself
 * @param webhooks those that want it
 */
public record Draft(
    EventKey key, String type, CanonicalEvent content, List<Directory.Entry> webhooks) {}
