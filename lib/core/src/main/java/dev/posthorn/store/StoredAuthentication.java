package dev.posthorn.store;

import dev.posthorn.contract.Secret;
import dev.posthorn.webhook.NamedAuthentication;
import java.time.Instant;
import java.util.List;

/**
 * A named authentication with its keys.
 *
 * @param named the authentication
 * @param keys its keys, at least one, newest first, in the order of {@link StoredWebhook#keys()}
 * @param version 1, and one more with each change
 */
public record StoredAuthentication(NamedAuthentication named, List<StoredKey> keys, long version) {

  /**
   * Checks the keys.
   *
   * @throws IllegalArgumentException if there is none, or they are not in order; the message does
   *     not show them
   */
  public StoredAuthentication {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("an authentication has at least one key");
    }
    keys = KeyRing.of(keys);
  }

  /** The keys in use at an instant, newest first. Costs next to none. */
  public List<Secret> secrets(Instant now) {
    return ((KeyRing) keys).usedAt(now); // the constructor has made it one
  }
}
