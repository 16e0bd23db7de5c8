package dev.posthorn.store;

import dev.posthorn.delivery.WebhookId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks that were written.
 *
 * @param changes in the order in which they are to be applied
 * @param cursor for the next call
 * @param more true if there is more to be read at once
 */
public record Changes(List<Change> changes, String cursor, boolean more) {

  /**
   * One webhook.
   *
   * @param id which webhook
   * @param webhook its newest version; null if it was deleted
   */
  public record Change(WebhookId id, @Nullable StoredWebhook webhook) {}
}
