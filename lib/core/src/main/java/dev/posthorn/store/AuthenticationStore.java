package dev.posthorn.store;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
   * Writes the next version of an authentication, unless a webhook uses it whose contract is not
   * among those that its keys were checked for. Looking and writing are one atomic step, as they
   * are in {@link #delete}: no webhook that uses it is written in between.
   *
   * @param contracts the contracts whose webhooks may use the new keys, as {@link #users} told them
   * @return false if the stored version is not the one before it, it is gone, or a webhook of
   *     another contract uses it; then nothing is written
   */
  boolean replace(StoredAuthentication next, Set<String> contracts);

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
