package dev.posthorn.store;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.webhook.Webhook;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook with what only Posthorn may see. The store holds the webhook's lane exactly while
 * {@link #hold()} is not null, in the same atomic step in which it writes the webhook.
 *
 * @param webhook the webhook
 * @param keys its keys, newest first: the first is used until it is replaced, and each other has an
 *     end, none later than that of the one before it. Keys that have ended stay until the registry
 *     next changes the webhook
 * @param headers the values of the headers that its settings name, by these names
 * @param unverified why its lane is held although it is enabled; null if it is not
 * @param callback what tells the token by which its endpoint may still allow events; null if it may
 *     not
 * @param limit the steady pace of its lane, which no ramp exceeds and each ends at; null for none
 * @param ramp the pace that its lane gets when it is no longer held, if that is slower than the
 *     limit; null for none
 * @param version 1, and one more with each change
 */
public record StoredWebhook(
    Webhook webhook,
    List<StoredKey> keys,
    Map<String, Secret> headers,
    @Nullable String unverified,
    @Nullable String callback,
    @Nullable Rate limit,
    @Nullable Rate ramp,
    long version) {

  /**
   * Checks the keys' order.
   *
   * @throws IllegalArgumentException if the newest has an end, another has none, or one ends after
   *     a newer one; the message does not show them
   */
  public StoredWebhook {
    keys = KeyRing.of(keys);
    headers =
        headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** A webhook without headers of its own and without a limit. */
  public StoredWebhook(
      Webhook webhook,
      List<StoredKey> keys,
      @Nullable String unverified,
      @Nullable Rate ramp,
      long version) {
    this(webhook, keys, Map.of(), unverified, null, null, ramp, version);
  }

  /**
   * The keys that requests prove their sender by at an instant, newest first. Costs next to none.
   */
  public List<Secret> secrets(Instant now) {
    return ((KeyRing) keys).usedAt(now); // the constructor has made it one
  }

  /** Why the lane is held; null if it is open. */
  public @Nullable String hold() {
    return webhook.disabled() != null ? webhook.disabled() : unverified;
  }

  /** The next version, with the webhook disabled. */
  public StoredWebhook disabled(String why) {
    return new StoredWebhook(
        webhook.disabled(why), keys, headers, unverified, callback, limit, ramp, version + 1);
  }
}
