package dev.posthorn.store;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.Map;
import java.util.Optional;

/**
 * The named authentications, which webhooks refer to. Thread-safe. What is written here is told by
 * {@link WebhookStore#changedSince}, in one order with the webhooks.
 *
 * <p>No webhook refers to one that is not there: writing such a webhook is refused, and so is
 * deleting one that is used.
 */
public interface AuthenticationStore {

  /**
   * Adds an authentication.
   *
   * @return false if the tenant has one of this name; then nothing is written
   */
  boolean insert(StoredAuthentication authentication);

  /**
   * Writes the next version of an authentication.
   *
   * @return false if the stored version is not the one before it, or it is gone
   */
  boolean replace(StoredAuthentication next);

  /**
   * Removes an authentication that no webhook uses.
   *
   * @return false if the tenant has none of this name, or a webhook uses it
   */
  boolean delete(Tenant tenant, String name);

  /** An authentication of a tenant. */
  Optional<StoredAuthentication> find(Tenant tenant, String name);

  /** A tenant's authentications, oldest first. */
  Page<StoredAuthentication> list(Tenant tenant, Page.Request page);

  /** Who uses one: the contracts of the webhooks that do, each with one such webhook. */
  Map<String, WebhookId> users(Tenant tenant, String name);
}
