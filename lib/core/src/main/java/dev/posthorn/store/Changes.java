package dev.posthorn.store;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks and named authentications that were written. Authentications that are there are to be
 * applied before the webhooks, those that were deleted after them.
 *
 * @param changes the webhooks, in the order in which they are to be applied
 * @param authentications the named authentications, in the order in which they are to be applied
 * @param cursor for the next call
 * @param more true if there is more to be read at once
 */
public record Changes(
    List<Change> changes, List<AuthenticationChange> authentications, String cursor, boolean more) {

  /**
   * One webhook.
   *
   * @param id which webhook
   * @param webhook its newest version; null if it was deleted
   */
  public record Change(WebhookId id, @Nullable StoredWebhook webhook) {}

  /**
   * One named authentication.
   *
   * @param tenant whose
   * @param name its name
   * @param authentication its newest version; null if it was deleted
   */
  public record AuthenticationChange(
      Tenant tenant, String name, @Nullable StoredAuthentication authentication) {}
}
