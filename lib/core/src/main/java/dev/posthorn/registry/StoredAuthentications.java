package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.Authentications;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.IssuedAuthentication;
import dev.posthorn.webhook.NamedAuthentication;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The named authentications of one tenant over a store. */
public final class StoredAuthentications implements Authentications {
  private final AuthenticationStore store;
  private final Targets targets;
  private final Clock clock;
  private final Keys keys;
  private final Runnable changed;
  private final Tenant tenant;

  /**
   * Those of the default tenant.
   *
   * @param random the source of generated keys; cryptographically strong
   * @param changed called after each change
   */
  public StoredAuthentications(
      AuthenticationStore store,
      Targets targets,
      Clock clock,
      RandomGenerator random,
      Runnable changed) {
    this(store, targets, clock, new Keys(clock, random), changed, Tenant.DEFAULT);
  }

  private StoredAuthentications(
      AuthenticationStore store,
      Targets targets,
      Clock clock,
      Keys keys,
      Runnable changed,
      Tenant tenant) {
    this.store = store;
    this.targets = targets;
    this.clock = clock;
    this.keys = keys;
    this.changed = changed;
    this.tenant = tenant;
  }

  StoredAuthentications forTenant(Tenant other) {
    return new StoredAuthentications(store, targets, clock, keys, changed, other);
  }

  @Override
  public IssuedAuthentication create(String name) {
    return make(name, targets.usual().name(), null);
  }

  @Override
  public IssuedAuthentication create(String name, String contract) {
    return make(name, contract, null);
  }

  @Override
  public IssuedAuthentication create(String name, String contract, Secret given) {
    return make(name, contract, given);
  }

  private IssuedAuthentication make(String name, String contract, @Nullable Secret given) {
    List<StoredKey> first = keys.named(scheme(contract), given);
    Secret key = first.get(0).secret();
    NamedAuthentication named =
        new NamedAuthentication(tenant, name, contract, key.fingerprint(), clock.instant());
    if (!store.insert(new StoredAuthentication(named, first, 1))) {
      throw new InvalidWebhookException(
          "there is an authentication \"" + name + "\" already: rotate it, or choose another name");
    }
    changed.run();
    return new IssuedAuthentication(named, key, null);
  }

  @Override
  public Optional<NamedAuthentication> find(String name) {
    return store.find(tenant, name).map(StoredAuthentication::named);
  }

  @Override
  public Page<NamedAuthentication> list(Page.Request page) {
    Page<StoredAuthentication> found = store.list(tenant, page);
    return new Page<>(
        found.items().stream().map(StoredAuthentication::named).toList(), found.next());
  }

  @Override
  public IssuedAuthentication rotate(String name, Duration overlap) {
    Keys.checkOverlap(overlap);
    return rotateTo(keys.generate(scheme(stored(name).named().contract())), name, overlap);
  }

  @Override
  public IssuedAuthentication rotate(String name, Duration overlap, Secret given) {
    Keys.checkOverlap(overlap);
    return rotateTo(given, name, overlap);
  }

  /** Again if another process was quicker, be it to rotate or to use it by another contract. */
  private IssuedAuthentication rotateTo(Secret fresh, String name, Duration overlap) {
    while (true) {
      StoredAuthentication before = stored(name);
      Map<String, WebhookId> users = store.users(tenant, name);
      checkUsers(fresh, before.named(), users);
      List<StoredKey> rotated = keys.rotatedNamed(fresh, overlap, before.keys());
      NamedAuthentication named = before.named().secretFingerprint(fresh.fingerprint());
      StoredAuthentication next = new StoredAuthentication(named, rotated, before.version() + 1);
      if (store.replace(next, users.keySet())) {
        changed.run();
        return new IssuedAuthentication(
            named, fresh, rotated.size() > 1 ? rotated.get(1).until() : null);
      }
    }
  }

  private void checkUsers(Secret fresh, NamedAuthentication named, Map<String, WebhookId> users) {
    Keys.check(scheme(named.contract()), fresh);
    for (Map.Entry<String, WebhookId> user : users.entrySet()) {
      try {
        Keys.check(scheme(user.getKey()), fresh);
      } catch (InvalidWebhookException unusable) {
        throw new InvalidWebhookException(
            "the webhook %s cannot use the key: %s"
                .formatted(user.getValue(), unusable.getMessage()));
      }
    }
  }

  @Override
  public void delete(String name) {
    while (!store.delete(tenant, name)) {
      StoredAuthentication used = stored(name);
      store.users(tenant, used.named().name()).values().stream()
          .findFirst()
          .ifPresent(
              user -> {
                throw new InvalidWebhookException(
                    "the authentication \"%s\" is used by the webhook %s: give that other keys first"
                        .formatted(name, user));
              });
    }
    changed.run();
  }

  private Authentication scheme(String contract) {
    return targets.contract(contract).wire().authentication();
  }

  private StoredAuthentication stored(String name) {
    return store
        .find(tenant, name)
        .orElseThrow(() -> new NotFoundException("there is no authentication \"" + name + "\""));
  }
}
