package dev.posthorn.exchange;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.InvalidWebhookException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a named authentication, as one contract can use them. */
final class SharedKeys {
  private SharedKeys() {}

  /**
   * An authentication without the older keys that a contract cannot use, of which its receivers
   * never knew.
   *
   * @throws InvalidWebhookException if it cannot use the newest
   */
  static StoredAuthentication usable(StoredAuthentication shared, DeliveryContract contract) {
    Authentication scheme = contract.wire().authentication();
    String fault = fault(scheme, shared.keys().get(0).secret());
    if (fault != null) {
      throw new InvalidWebhookException(
          ("the contract \"%s\" cannot use the newest key of the authentication \"%s\" (%s): rotate"
                  + " that to one it can use, or give the webhook another key")
              .formatted(contract.name(), shared.named().name(), fault));
    }
    List<StoredKey> usable =
        shared.keys().stream().filter(key -> fault(scheme, key.secret()) == null).toList();
    return usable.size() == shared.keys().size()
        ? shared
        : new StoredAuthentication(shared.named(), usable, shared.version());
  }

  /** Null if there is none. A scheme of the host's own may throw anything, but not stop us. */
  private static @Nullable String fault(Authentication scheme, Secret key) {
    try {
      scheme.check(key);
      return null;
    } catch (IllegalArgumentException unusable) {
      return String.valueOf(unusable.getMessage());
    } catch (RuntimeException unforeseen) {
      return unforeseen.getClass().getName();
    }
  }
}
