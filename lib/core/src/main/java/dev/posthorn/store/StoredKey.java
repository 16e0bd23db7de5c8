package dev.posthorn.store;

import dev.posthorn.contract.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of a webhook.
 *
 * @param secret the key
 * @param until from when on it is used no more, by the sending process's clock, to the microsecond;
 *     null for the newest key, which is used until another one replaces it
 */
public record StoredKey(Secret secret, @Nullable Instant until) {

  /** A newest key. */
  public static StoredKey newest(Secret secret) {
    return new StoredKey(secret, null);
  }

  /** True if it is used at an instant. */
  public boolean usedAt(Instant now) {
    return until == null || now.isBefore(until);
  }
}
