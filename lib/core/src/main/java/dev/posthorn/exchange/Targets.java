package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSettings;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Says how to send to a webhook, if this application can at all. Thread-safe. */
public final class Targets {
  private final ContractBook contracts;
  private final Set<String> identities;
  private final Map<String, ContractHeaders> headers = new ConcurrentHashMap<>();

  /**
   * For an application that knows these contracts.
   *
   * @param identities the names of the TLS identities that its sender has
   */
  public Targets(ContractBook contracts, Set<String> identities) {
    this.contracts = contracts;
    this.identities = Set.copyOf(identities);
  }

  /**
   * How to send to a webhook.
   *
   * @param authentication what its settings name, if it is there; null if it is not, or they do not
   * @throws InvalidWebhookException if this application does not know its contract or its TLS
   *     identity, one of its headers is the contract's, or its authentication is not there or has a
   *     newest key that the contract cannot use; the message says which
   */
  public Target of(StoredWebhook stored, @Nullable StoredAuthentication authentication) {
    DeliveryContract contract = contract(stored.webhook().contract());
    check(stored.webhook().settings(), contract);
    String name = stored.webhook().settings().authentication();
    if (name != null && authentication == null) {
      throw noAuthentication(name);
    }
    StoredAuthentication shared =
        authentication == null ? null : SharedKeys.usable(authentication, contract);
    return new Target(stored, URI.create(stored.webhook().url()), contract, shared);
  }

  /** A tenant has no authentication of this name. */
  public static InvalidWebhookException noAuthentication(String name) {
    return new InvalidWebhookException(
        "there is no authentication \"" + name + "\": create it first");
  }

  /**
   * A contract by its name.
   *
   * @throws InvalidWebhookException if this application does not know it
   */
  public DeliveryContract contract(String name) {
    DeliveryContract contract = contracts.find(name);
    if (contract == null) {
      throw new InvalidWebhookException(
          "this application knows no contract \"" + name + "\", only " + contracts.names());
    }
    return contract;
  }

  /** The contract of webhooks that name none. */
  public DeliveryContract usual() {
    return contracts.usual();
  }

  /** True if this application knows a contract. */
  public boolean knows(String contract) {
    return contracts.find(contract) != null;
  }

  /**
   * Checks settings against what this application and a contract use.
   *
   * @throws InvalidWebhookException as {@link #of}
   */
  public void check(WebhookSettings settings, DeliveryContract contract) {
    String tls = settings.tls();
    if (tls != null && !identities.contains(tls)) {
      throw new InvalidWebhookException(
          "this application knows no TLS identity \"%s\", only %s: name it to the builder"
              .formatted(tls, identities.stream().sorted().toList()));
    }
    for (String name : settings.headers().keySet()) {
      headers.computeIfAbsent(contract.name(), unused -> ContractHeaders.of(contract)).check(name);
    }
  }
}
