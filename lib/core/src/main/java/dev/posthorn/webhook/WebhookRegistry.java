package dev.posthorn.webhook;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import io.cloudevents.CloudEvent;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The webhooks of a tenant: everything that a settings page does. Thread-safe; all calls read or
 * write the store and block for as long as it takes. Ids of another tenant are not found ({@link
 * dev.posthorn.delivery.NotFoundException}). What one call has changed, every later publish of this
 * process obeys.
 */
public interface WebhookRegistry {

  /** The registry of one tenant; without it, that of {@link Tenant#DEFAULT}. */
  WebhookRegistry forTenant(Tenant tenant);

  /**
   * Registers a webhook. Its key is handed out in the result, and never again.
   *
   * @throws InvalidWebhookException if the URL is refused by the endpoint policy, the contract is
   *     not known, the key cannot be used with it, or a chosen id belongs to another tenant
   */
  Registration register(WebhookSpec spec);

  /** A webhook by its id; empty if there is none. */
  Optional<Webhook> find(WebhookId id);

  /** The webhooks, oldest first. */
  Page<Webhook> list(Page.Request page);

  /**
   * Changes URL, event types, contract or key. A new URL is unverified again; a key stays unless
   * the spec gives another one or says that there is none.
   *
   * @param change what to do with the spec; may be called again if another process changes the
   *     webhook at the same time, so it must be free of side effects
   * @throws InvalidWebhookException as {@link #register}
   */
  Webhook update(WebhookId id, UnaryOperator<WebhookSpec> change);

  /**
   * Checks the endpoint as its contract wants it, and keeps the result. Blocks for at most two of
   * the contract's timeouts; not to be called inside a transaction. A contract without a check
   * verifies at once.
   */
  Verification verify(WebhookId id);

  /**
   * Sends an event of type {@code webhook.test} now, once, also to a webhook that is disabled or
   * not verified, and logs it like any delivery. Blocks for at most the contract's timeout.
   */
  Attempt sendTest(WebhookId id);

  /** As {@link #sendTest(WebhookId)}, with an event of the host's own choice. */
  Attempt sendTest(WebhookId id, CloudEvent sample);

  /**
   * Sends nothing there any more; deliveries wait from now on. What is in flight ends.
   *
   * @param why for the person who will ask
   */
  Webhook disable(WebhookId id, String why);

  /**
   * Sends there again. A webhook that is enabled already stays as it is.
   *
   * @param held what becomes of the deliveries that waited
   */
  Webhook enable(WebhookId id, Backlog held);

  /** Removes a webhook with its deliveries and their history. What is in flight is forgotten. */
  void delete(WebhookId id);
}
