package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.exchange.Target;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.EventCatalogue;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Turns specs into checked webhooks, and webhooks into their next versions. Thread-safe. */
public final class Drafts {
  private final Targets targets;
  private final NamedKeys named;
  private final EndpointPolicy policy;
  private final EventCatalogue catalogue;
  private final Clock clock;
  private final Keys keys;
  private final Supplier<String> ids;
  private final Tuning tuning;

  /**
   * Checks against what this application can send to, this policy and this catalogue.
   *
   * @param named where webhooks' named authentications are
   * @param random the source of generated keys; cryptographically strong
   * @param ids the source of ids, unique over all processes
   * @param inFlightPerWebhook the most exchanges with one webhook
   */
  public Drafts(
      Targets targets,
      AuthenticationStore named,
      EndpointPolicy policy,
      EventCatalogue catalogue,
      Clock clock,
      RandomGenerator random,
      Supplier<String> ids,
      int inFlightPerWebhook) {
    this.targets = targets;
    this.policy = policy;
    this.catalogue = catalogue;
    this.clock = clock;
    this.keys = new Keys(clock, random);
    this.named = new NamedKeys(named, keys);
    this.ids = ids;
    this.tuning = new Tuning(targets, inFlightPerWebhook);
  }

  /** A new webhook as a spec wants it. */
  StoredWebhook create(Tenant tenant, WebhookSpec spec) {
    catalogue.check(spec.events(), Set.of());
    DeliveryContract contract = contract(spec.contract().orElse(targets.usual().name()));
    WebhookId id = spec.id().orElseGet(() -> WebhookId.of("whk_" + ids.get()));
    List<StoredKey> chosen = keys.first(contract.wire().authentication(), spec);
    Map<String, Secret> headers = Tuning.headers(spec, Map.of());
    Webhook webhook =
        new Webhook(
            id,
            tenant,
            policy.check(spec.url()).toString(),
            contract.name(),
            spec.events(),
            spec.label(),
            spec.metadata(),
            tuning.checked(spec, headers, contract),
            null,
            null,
            fingerprint(chosen),
            clock.instant());
    named.check(webhook, contract);
    return new StoredWebhook(
        webhook,
        chosen,
        headers,
        unverified(contract, webhook),
        null,
        Tuning.limit(webhook),
        null,
        1);
  }

  /** The next version as a spec wants it; the same version if that changes nothing. */
  StoredWebhook apply(StoredWebhook before, WebhookSpec spec) {
    Webhook old = before.webhook();
    if (!spec.id().orElse(old.id()).equals(old.id())) {
      throw new InvalidWebhookException(
          "an update cannot change the id " + old.id() + ": register a new webhook instead");
    }
    catalogue.check(spec.events(), old.events());
    DeliveryContract contract = contract(spec.contract().orElse(old.contract()));
    String url = policy.check(spec.url()).toString();
    List<StoredKey> chosen = keys(contract.wire().authentication(), spec, before);
    Map<String, Secret> headers = Tuning.headers(spec, before.headers());
    boolean stillChecked = url.equals(old.url()) && asksAlike(old.contract(), contract);
    Webhook webhook =
        new Webhook(
            old.id(),
            old.tenant(),
            url,
            contract.name(),
            spec.events(),
            spec.label(),
            spec.metadata(),
            tuning.checked(spec, headers, contract),
            old.disabled(),
            stillChecked ? old.verification() : null,
            fingerprint(chosen),
            old.createdAt());
    named.check(webhook, contract);
    boolean same =
        same(webhook, old)
            && chosen.equals(keys.unended(before.keys()))
            && headers.equals(before.headers());
    String callback = stillChecked ? before.callback() : null;
    return same ? before : next(before, webhook, chosen, headers, callback, null);
  }

  /** True if what one contract has found out about an endpoint is what another would ask. */
  private boolean asksAlike(String before, DeliveryContract after) {
    if (before.equals(after.name())) {
      return true;
    }
    return targets.knows(before)
        && contract(before).verification() == after.verification()
        && Objects.equals(contract(before).wire().origin(), after.wire().origin());
  }

  /** What used a named authentication and is to use none gets a key as if it were new. */
  private List<StoredKey> keys(Authentication scheme, WebhookSpec spec, StoredWebhook before) {
    boolean wasNamed = before.webhook().settings().authentication() != null;
    boolean isNew = wasNamed && spec.settings().authentication() == null;
    return isNew ? keys.first(scheme, spec) : keys.updated(scheme, spec, before.keys());
  }

  /** The next version, whose endpoint may call back from now on by another token alone. */
  StoredWebhook asking(StoredWebhook stored, Callbacks.Issued issued) {
    List<StoredKey> unended = keys.unended(stored.keys());
    return next(stored, stored.webhook(), unended, stored.headers(), issued.hash(), null);
  }

  /**
   * The next version after a check; the same if the webhook has got another URL or contract
   * meanwhile, or its endpoint has called back to allow what its answer did not.
   */
  StoredWebhook checked(StoredWebhook stored, StoredWebhook checked, Verification result) {
    Verification before = checked.webhook().verification();
    boolean moved = !isAsked(stored, checked);
    boolean allowed =
        stored.webhook().verified() && !Objects.equals(stored.webhook().verification(), before);
    return moved || (allowed && !result.verified())
        ? stored
        : next(stored, stored.webhook().checked(result), null);
  }

  /** True if a check of one version is a check of another. */
  static boolean isAsked(StoredWebhook stored, StoredWebhook checked) {
    return stored.webhook().url().equals(checked.webhook().url())
        && stored.webhook().contract().equals(checked.webhook().contract());
  }

  /** The next version after a call back; the same if the token is not, or no more, the one. */
  StoredWebhook calledBack(StoredWebhook stored, String token, Verification result) {
    return Callbacks.matches(token, stored.callback())
        ? next(stored, stored.webhook().checked(result), null)
        : stored;
  }

  /** The next version, enabled; the same if it is already. */
  StoredWebhook enabled(StoredWebhook stored, @Nullable Rate ramp) {
    return stored.webhook().enabled()
        ? stored
        : next(stored, stored.webhook().disabled(null), ramp);
  }

  /** The next version, disabled; the same if it is already. */
  StoredWebhook disabled(StoredWebhook stored, String why) {
    if (!stored.webhook().enabled()) {
      return stored;
    }
    List<StoredKey> unended = keys.unended(stored.keys());
    return new StoredWebhook(
            stored.webhook(),
            unended,
            stored.headers(),
            stored.unverified(),
            stored.callback(),
            stored.limit(),
            stored.ramp(),
            stored.version())
        .disabled(why);
  }

  /** A new key, in the form that a webhook's contract wants. */
  Secret newKey(StoredWebhook stored) {
    NamedKeys.checkOwn(stored);
    return keys.generate(contract(stored.webhook().contract()).wire().authentication());
  }

  /** The next version, with another key; the ones before it end after the overlap. */
  StoredWebhook rotated(StoredWebhook stored, Secret fresh, Duration overlap) {
    NamedKeys.checkOwn(stored);
    Webhook webhook = stored.webhook();
    Authentication scheme = contract(webhook.contract()).wire().authentication();
    List<StoredKey> rotated = keys.rotated(scheme, fresh, overlap, stored.keys());
    return next(
        stored,
        webhook.secretFingerprint(fresh.fingerprint()),
        rotated,
        stored.headers(),
        stored.callback(),
        null);
  }

  /** The event types there are; empty if they are not limited. */
  Set<String> eventTypes() {
    return catalogue.types();
  }

  /** How to send to a webhook. */
  Target target(StoredWebhook stored) {
    return targets.of(stored, named.of(stored.webhook()));
  }

  private StoredWebhook next(StoredWebhook before, Webhook webhook, @Nullable Rate ramp) {
    return next(
        before, webhook, keys.unended(before.keys()), before.headers(), before.callback(), ramp);
  }

  private StoredWebhook next(
      StoredWebhook before,
      Webhook webhook,
      List<StoredKey> chosen,
      Map<String, Secret> headers,
      @Nullable String callback,
      @Nullable Rate ramp) {
    DeliveryContract contract = contract(webhook.contract());
    return new StoredWebhook(
        webhook,
        chosen,
        headers,
        unverified(contract, webhook),
        callback,
        Tuning.limit(webhook),
        ramp,
        before.version() + 1);
  }

  private DeliveryContract contract(String name) {
    return targets.contract(name);
  }

  /** Sets and maps are equal in any order, but readers are promised the order that was given. */
  private static boolean same(Webhook one, Webhook other) {
    return one.equals(other)
        && List.copyOf(one.events()).equals(List.copyOf(other.events()))
        && List.copyOf(one.metadata().keySet()).equals(List.copyOf(other.metadata().keySet()));
  }

  private static @Nullable String fingerprint(List<StoredKey> chosen) {
    Secret newest = Keys.newest(chosen);
    return newest == null ? null : newest.fingerprint();
  }

  private static @Nullable String unverified(DeliveryContract contract, Webhook webhook) {
    if (webhook.verified() || !contract.verification().holdsUnverified()) {
      return null;
    }
    return webhook.verification() == null
        ? "its endpoint has not been verified"
        : "its endpoint could not be verified: " + webhook.verification().detail();
  }
}
