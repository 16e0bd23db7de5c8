package dev.posthorn.store;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.Optional;

/**
 * The webhooks, each written together with its lane. Thread-safe.
 *
 * <p>A lane is held while {@link StoredWebhook#hold()} is not null. When a write ends a hold, gates
 * are taken away and the pace becomes {@link StoredWebhook#ramp()}. In every write the pace becomes
 * {@link StoredWebhook#limit()}, unless there is a ramp that is slower; what of the pace was used
 * up stays used up.
 */
public interface WebhookStore {

  /**
   * Adds a webhook.
   *
   * @return false if the id is taken, by whichever tenant; then nothing is written
   * @throws dev.posthorn.delivery.NotFoundException if its tenant does not have the named
   *     authentication that it uses
   */
  boolean insert(StoredWebhook webhook);

  /**
   * Writes the next version of a webhook.
   *
   * @return false if the stored version is not the one before it, or the webhook is gone
   * @throws dev.posthorn.delivery.NotFoundException as {@link #insert}
   */
  boolean replace(StoredWebhook next);

  /**
   * Removes a webhook at once, so that nothing is claimed for it any more, and its deliveries with
   * their attempts at once or soon after, but out of sight at once.
   *
   * @return false if the tenant has no such webhook
   */
  boolean delete(Tenant tenant, WebhookId id);

  /** A webhook of a tenant. */
  Optional<StoredWebhook> find(Tenant tenant, WebhookId id);

  /** A tenant's webhooks, oldest first. */
  Page<StoredWebhook> list(Tenant tenant, Page.Request page);

  /**
   * What was written since a cursor, each webhook and each named authentication at least in its
   * newest version, deletions included for a day at least. Feeds the index that each process keeps.
   * An empty cursor begins with everything that is there. Nothing that was committed may be
   * skipped: where changes are numbered before they are committed, a reader that saw a later number
   * must still be given an earlier one.
   *
   * @param cursor what the last call returned, or empty; any other is an {@link
   *     IllegalArgumentException}
   * @param size the greatest number of changes of both kinds together
   */
  Changes changedSince(String cursor, int size);
}
