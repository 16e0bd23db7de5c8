package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Page;
import java.time.Duration;
import java.util.Optional;

/**
 * The keys of a tenant that several of its webhooks share, each under a name: a webhook uses one by
 * {@link WebhookSpec#authentication}. A change is one for all webhooks that use it: this process
 * obeys it at once, others within a second or two. Thread-safe; all calls read or write the store;
 * what the store throws, they throw. A name that is not there, or is another tenant's, is a {@link
 * dev.posthorn.delivery.NotFoundException}.
 */
public interface Authentications {

  /**
   * As {@link #create(String, String)}, in the form that the contract of webhooks that name none
   * wants.
   */
  IssuedAuthentication create(String name);

  /**
   * Creates an authentication with a generated key, which is handed out in the result, and never
   * again.
   *
   * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}
   * @param contract the contract in whose form this key, and each that {@link #rotate} makes, is
   *     generated
   * @throws InvalidWebhookException if there is one of this name, the name is none, or the contract
   *     is not known
   */
  IssuedAuthentication create(String name, String contract);

  /**
   * As {@link #create(String, String)}, with a key that the host or its customer chose.
   *
   * @throws InvalidWebhookException also if the contract cannot use the key
   */
  IssuedAuthentication create(String name, String contract, Secret given);

  /** An authentication by its name; empty if there is none. */
  Optional<NamedAuthentication> find(String name);

  /** The authentications, oldest first. */
  Page<NamedAuthentication> list(Page.Request page);

  /**
   * Gives an authentication a generated key, which is handed out in the result, and never again.
   * All webhooks that use it use the new key from their next attempt on. Those whose contract's
   * requests can carry several proofs carry those of the keys before as well, until the overlap is
   * over; the others carry the new one alone.
   *
   * @param overlap for how long the keys before are still used, 0 to 365 days; zero ends them all
   *     at once
   * @throws IllegalArgumentException if the overlap is negative or longer than 365 days
   * @throws InvalidWebhookException if a webhook that uses it, or is about to, has a contract that
   *     cannot use the key, or five keys are in use already and the overlap is not zero
   */
  IssuedAuthentication rotate(String name, Duration overlap);

  /**
   * As {@link #rotate(String, Duration)}, to a key that the host or its customer chose.
   *
   * @throws InvalidWebhookException also if it is the current key already
   */
  IssuedAuthentication rotate(String name, Duration overlap, Secret given);

  /**
   * Deletes an authentication that no webhook uses.
   *
   * @throws InvalidWebhookException if one does; the message names one
   */
  void delete(String name);
}
