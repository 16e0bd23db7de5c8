package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks of a tenant: everything that a settings page does. Thread-safe; all calls read or
 * write the store and block for as long as it takes; what the store throws, they throw. Ids that do
 * not exist or are another tenant's are not found ({@link
 * dev.posthorn.delivery.NotFoundException}). What one call has changed, every later publish of this
 * process obeys.
 *
 * <p>A webhook whose contract or TLS identity this application does not know, or whose contract
 * cannot use the newest key of its named authentication, can be read, disabled, deleted, and given
 * another one; what else is asked of it is an {@link InvalidWebhookException}.
 */
public interface WebhookRegistry {

  /** The registry of one tenant; without it, that of {@link Tenant#DEFAULT}. */
  WebhookRegistry forTenant(Tenant tenant);

  /**
   * The keys that several webhooks of the tenant share, each under a name; see {@link
   * WebhookSpec#authentication}.
   */
  Authentications authentications();

  /**
   * The event types of the application, in the order in which the builder was given them: what a
   * settings page offers. Empty if the catalogue is open, so that all types may be wanted.
   */
  Set<String> eventTypes();

  /**
   * Registers a webhook. Its key is handed out in the result, and never again. A chosen id that is
   * there already is updated, and may keep what an {@link #update} may keep.
   *
   * @throws InvalidWebhookException if the URL is refused by the endpoint policy, the contract is
   *     not known, the key cannot be used with it, it sends one of the webhook's own headers
   *     itself, its timeout is shorter than the webhook's own, the concurrency is more than {@link
   *     dev.posthorn.delivery.Limits#inFlightPerWebhook()}, the TLS identity is not known, there is
   *     no authentication of that name or the contract cannot use its keys, a chosen id belongs to
   *     another tenant, or an event pattern matches no type of a closed catalogue: then the message
   *     names the nearest type. An exact type must be in the catalogue, a prefix such as {@code
   *     task.*} must match one, and {@code *} always passes. Also if its event types break the
   *     contract's rule ({@link dev.posthorn.contract.DeliveryContract#events})
   */
  Registration register(WebhookSpec spec);

  /** A webhook by its id; empty if there is none. */
  Optional<Webhook> find(WebhookId id);

  /** The webhooks, oldest first. */
  Page<Webhook> list(Page.Request page);

  /**
   * Changes URL, event types, contract, key, label, metadata or settings. A new URL is unverified
   * again, and so is a contract that checks endpoints in another way. Headers keep their values
   * unless the spec gives others. Keys stay unless the spec gives another one, which replaces all
   * of them at once, or says that there is none; {@link #rotate} lets two overlap. Where the
   * contract changes, keys that are still used beside the newest one stay as far as the new
   * contract can use and carry them.
   *
   * @param change what to do with the spec; may be called again if another process changes the
   *     webhook at the same time, so it must be free of side effects
   * @return the webhook as it is now
   * @throws InvalidWebhookException as {@link #register}, but for patterns that the webhook has
   *     already, since the catalogue may have shrunk, and for the contract's rule where neither
   *     event types nor contract change; also if the change sets another id
   */
  Webhook update(WebhookId id, UnaryOperator<WebhookSpec> change);

  /** As {@link #rotate(WebhookId, Duration)}, with an overlap of 24 hours. */
  default Rotation rotate(WebhookId id) {
    return rotate(id, Duration.ofHours(24));
  }

  /**
   * Gives a webhook a new key, which is handed out in the result, and never again. A webhook
   * without a key gets one. The keys of one that uses a named authentication are rotated there.
   *
   * <p>Where the contract's requests can prove their sender by several keys at once ({@link
   * dev.posthorn.contract.Authentication#carriesSeveralKeys}), they carry proofs by the keys before
   * as well until the overlap is over, so that receivers can change theirs in the meantime. Keys
   * that were to end sooner still do. The first attempt after the end, by this process's clock,
   * carries the new key's proof alone.
   *
   * <p>Where requests carry one key only, as One Horizon's do, the new key is the only one from now
   * on, and {@link Rotation#previousUntil()} is null. An overlap is then the receivers' affair: let
   * them accept both keys before you rotate. That takes a key that they can be told in advance:
   * {@link #rotate(WebhookId, Duration, Secret)}.
   *
   * @param overlap for how long the keys before are still used, 0 to 365 days; zero ends them all
   *     at once
   * @throws IllegalArgumentException if the overlap is negative or longer than 365 days
   * @throws InvalidWebhookException if five keys are in use already and the overlap is not zero, or
   *     the webhook uses a named authentication
   */
  Rotation rotate(WebhookId id, Duration overlap);

  /**
   * As {@link #rotate(WebhookId, Duration)}, to a key that the host or its customer chose.
   *
   * @param given the new key; one that was used before the current one may come back
   * @throws InvalidWebhookException also if the contract cannot use the key, or it is the current
   *     one already
   */
  Rotation rotate(WebhookId id, Duration overlap, Secret given);

  /**
   * Checks the endpoint as its contract wants it, and keeps the result, which from then on decides
   * whether deliveries are held. An endpoint that fails is a result, not an exception. Blocks for
   * at most two of the contract's timeouts; not to be called inside a transaction. A contract
   * without a check verifies at once.
   */
  Verification verify(WebhookId id);

  /**
   * Takes an endpoint's later permission (CloudEvents Web Hooks 1.0.2, section 4.1.3): to be called
   * by what serves the URL that the builder was given as {@code permissionCallback}, for GET and
   * POST alike, whoever calls it. The webhook is verified then, as by {@link #verify}. A token
   * holds until the webhook is verified again or gets another URL; calling again may change the
   * rate.
   *
   * @param token what stood in the URL in the place of <code>{token}</code>, decoded
   * @param allowedRate the request's header {@code WebHook-Allowed-Rate}; null if there is none.
   * @return empty if the token is none that holds, or the rate cannot be read: answer 404
   */
  Optional<Verification> calledBack(String token, @Nullable String allowedRate);

  /**
   * Sends an event of type {@code webhook.test} now, once, also to a webhook that is disabled or
   * not verified, and logs it like any delivery. A closed catalogue need not name its type. Blocks
   * for at most the webhook's timeout. It carries the webhook's own headers, and counts neither for
   * its rate, nor for the breaker, nor for a rule that disables.
   *
   * @return the attempt, which may have failed
   */
  Attempt sendTest(WebhookId id);

  /**
   * As {@link #sendTest(WebhookId)}, with an event of the host's own choice, of any type. It goes
   * out under a new id, so that nobody takes it for the real one.
   *
   * @throws dev.posthorn.event.InvalidEventException if it breaks a rule of CloudEvents 1.0 or is
   *     too large
   */
  Attempt sendTest(WebhookId id, CloudEvent sample);

  /**
   * Sends nothing there any more; deliveries wait from now on, until their contract's maximum age.
   * What is in flight ends. A webhook that is disabled already keeps its reason.
   *
   * @param why for the person who will ask
   * @return the webhook as it is now
   * @throws IllegalArgumentException if the reason is blank
   */
  Webhook disable(WebhookId id, String why);

  /**
   * Sends there again, once it is verified where its contract wants that. A webhook that is enabled
   * already stays as it is, its deliveries too.
   *
   * @param held what becomes of the deliveries that waited
   * @return the webhook as it is now
   */
  Webhook enable(WebhookId id, Backlog held);

  /** Removes a webhook with its deliveries and their history. What is in flight ends unrecorded. */
  void delete(WebhookId id);
}
