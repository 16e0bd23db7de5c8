package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Target;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.EventCatalogue;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Turns specs into checked webhooks, and into checked next versions of them. Thread-safe. */
public final class Drafts {
  private final Targets targets;
  private final NamedKeys named;
  private final EndpointPolicy policy;
  private final EventCatalogue catalogue;
  private final Clock clock;
  private final Keys keys;
  private final Supplier<String> ids;
  private final Tuning tuning;
  private final NextVersions steps;

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
    this.steps = new NextVersions(targets, keys);
  }

  /** What else can be done with a webhook than to give it a spec. */
  NextVersions steps() {
    return steps;
  }

  /** A new webhook as a spec wants it. */
  StoredWebhook create(Tenant tenant, WebhookSpec spec) {
    catalogue.check(spec.events(), Set.of());
    DeliveryContract contract = contract(spec.contract().orElse(targets.usual().name()));
    EventChoice.check(spec.events(), contract);
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
        NextVersions.unverified(contract, webhook),
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
    boolean chosenBefore =
        contract.name().equals(old.contract()) && spec.events().equals(old.events());
    if (!chosenBefore) {
      EventChoice.check(spec.events(), contract);
    }
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
    return same ? before : steps.next(before, webhook, chosen, headers, callback, null);
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

  /** The event types there are; empty if they are not limited. */
  Set<String> eventTypes() {
    return catalogue.types();
  }

  /** Throws unless a webhook can use the keys of its named authentication, if it has one. */
  void checkShared(StoredWebhook stored) {
    named.check(stored.webhook(), contract(stored.webhook().contract()));
  }

  /** How to send to a webhook. */
  Target target(StoredWebhook stored) {
    return targets.of(stored, named.of(stored.webhook()));
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
}
