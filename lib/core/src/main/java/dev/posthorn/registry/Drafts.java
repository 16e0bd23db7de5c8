package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.ContractBook;
import dev.posthorn.exchange.Target;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Turns specs into checked webhooks, and webhooks into their next versions. Thread-safe. */
public final class Drafts {
  private final ContractBook contracts;
  private final EndpointPolicy policy;
  private final Clock clock;
  private final RandomGenerator keys;
  private final Supplier<String> ids;

  /**
   * Checks against these contracts and this policy.
   *
   * @param keys the source of generated keys; cryptographically strong
   * @param ids the source of ids, unique over all processes
   */
  public Drafts(
      ContractBook contracts,
      EndpointPolicy policy,
      Clock clock,
      RandomGenerator keys,
      Supplier<String> ids) {
    this.contracts = contracts;
    this.policy = policy;
    this.clock = clock;
    this.keys = keys;
    this.ids = ids;
  }

  /** A new webhook as a spec wants it. */
  StoredWebhook create(Tenant tenant, WebhookSpec spec) {
    DeliveryContract contract = contract(spec.contract().orElse(contracts.usual().name()));
    WebhookId id = spec.id().orElseGet(() -> WebhookId.of("whk_" + ids.get()));
    List<Secret> chosen =
        chosenKeys(contract, spec, List.of(contract.wire().authentication().newKey(keys)));
    Webhook webhook =
        new Webhook(
            id,
            tenant,
            policy.check(spec.url()).toString(),
            contract.name(),
            spec.events(),
            null,
            null,
            fingerprint(chosen),
            clock.instant());
    return new StoredWebhook(webhook, chosen, unverified(contract, webhook), null, 1);
  }

  /** The next version as a spec wants it; the same version if that changes nothing. */
  StoredWebhook apply(StoredWebhook before, WebhookSpec spec) {
    Webhook old = before.webhook();
    if (!spec.id().orElse(old.id()).equals(old.id())) {
      throw new InvalidWebhookException(
          "an update cannot change the id " + old.id() + ": register a new webhook instead");
    }
    DeliveryContract contract = contract(spec.contract().orElse(old.contract()));
    String url = policy.check(spec.url()).toString();
    List<Secret> chosen = chosenKeys(contract, spec, before.keys());
    Webhook webhook =
        new Webhook(
            old.id(),
            old.tenant(),
            url,
            contract.name(),
            spec.events(),
            old.disabled(),
            url.equals(old.url()) ? old.verification() : null,
            fingerprint(chosen),
            old.createdAt());
    boolean same = webhook.equals(old) && chosen.equals(before.keys());
    return same ? before : next(before, webhook, chosen, null);
  }

  /** The next version after a check; the same if the webhook has moved to another URL meanwhile. */
  StoredWebhook checked(StoredWebhook stored, StoredWebhook checked, Verification result) {
    boolean moved = !stored.webhook().url().equals(checked.webhook().url());
    return moved ? stored : next(stored, stored.webhook().checked(result), stored.keys(), null);
  }

  /** The next version, enabled; the same if it is already. */
  StoredWebhook enabled(StoredWebhook stored, @Nullable Rate ramp) {
    return stored.webhook().enabled()
        ? stored
        : next(stored, stored.webhook().disabled(null), stored.keys(), ramp);
  }

  /** How to send to a webhook. */
  Target target(StoredWebhook stored) {
    Webhook webhook = stored.webhook();
    return new Target(stored, URI.create(webhook.url()), contract(webhook.contract()));
  }

  private StoredWebhook next(
      StoredWebhook before, Webhook webhook, List<Secret> chosen, @Nullable Rate ramp) {
    DeliveryContract contract = contract(webhook.contract());
    return new StoredWebhook(
        webhook, chosen, unverified(contract, webhook), ramp, before.version() + 1);
  }

  private DeliveryContract contract(String name) {
    DeliveryContract contract = contracts.find(name);
    if (contract == null) {
      throw new InvalidWebhookException(
          "this application knows no contract \"" + name + "\", only " + contracts.names());
    }
    return contract;
  }

  private static List<Secret> chosenKeys(
      DeliveryContract contract, WebhookSpec spec, List<Secret> otherwise) {
    if (spec.wantsNoSecret()) {
      return List.of();
    }
    List<Secret> chosen = spec.givenSecret().map(List::of).orElse(otherwise);
    Authentication authentication = contract.wire().authentication();
    try {
      chosen.forEach(authentication::check);
    } catch (IllegalArgumentException unusable) {
      throw new InvalidWebhookException(String.valueOf(unusable.getMessage()));
    }
    return chosen;
  }

  private static @Nullable String fingerprint(List<Secret> chosen) {
    return chosen.isEmpty() ? null : chosen.get(0).fingerprint();
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
