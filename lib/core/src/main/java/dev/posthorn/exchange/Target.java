package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A webhook that this application can send to.
 *
 * @param stored the webhook and its keys
 * @param url its URL, parsed
 * @param contract its contract
 * @param authentication whose keys it uses; null for its own
 */
public record Target(
    StoredWebhook stored,
    URI url,
    DeliveryContract contract,
    @Nullable StoredAuthentication authentication) {

  /** A webhook with keys of its own, or none. */
  public Target(StoredWebhook stored, URI url, DeliveryContract contract) {
    this(stored, url, contract, null);
  }

  /** All its keys, newest first, those that have ended included. */
  List<StoredKey> keys() {
    return authentication == null ? stored.keys() : authentication.keys();
  }

  /** The keys that requests prove their sender by at an instant, newest first. */
  List<Secret> secrets(Instant now) {
    return authentication == null ? stored.secrets(now) : shared(authentication.secrets(now));
  }

  /** What others need for the overlap is not for a contract whose requests carry one key. */
  private List<Secret> shared(List<Secret> keys) {
    boolean several = contract.wire().authentication().carriesSeveralKeys();
    return several ? keys : keys.subList(0, 1);
  }

  /** The limit of one exchange: the webhook's own, or the contract's if that is shorter. */
  public Duration timeout() {
    Duration own = stored.webhook().settings().timeout();
    return own == null || own.compareTo(contract.timeout()) > 0 ? contract.timeout() : own;
  }

  /** The name of the TLS identity to use; null for the usual one. */
  @Nullable String tls() {
    return stored.webhook().settings().tls();
  }

  /**
   * The headers of an attempt and the webhook's own.
   *
   * @throws IllegalStateException if the contract has sent one of them this time, although none of
   *     its samples had it; the message does not show the value
   */
  Map<String, String> withOwn(Map<String, String> headers) {
    if (stored.headers().isEmpty()) {
      return headers;
    }
    Map<String, String> taken = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    taken.putAll(headers);
    Map<String, String> all = new LinkedHashMap<>(headers);
    for (Map.Entry<String, Secret> own : stored.headers().entrySet()) {
      if (taken.put(own.getKey(), "") != null) {
        throw new IllegalStateException("the header " + own.getKey() + " is there twice");
      }
      all.put(own.getKey(), own.getValue().reveal());
    }
    return all;
  }

  /** Everything but the URL's query, which may hold secrets. */
  @Override
  public String toString() {
    return "Target[" + stored.webhook() + ", " + contract + "]";
  }
}
