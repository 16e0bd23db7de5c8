package dev.posthorn.webhook;

import dev.posthorn.delivery.Tenant;
import java.time.Instant;

/**
 * Keys that a tenant has under a name, for any number of its webhooks. It never holds a key.
 *
 * @param tenant whose it is
 * @param name what webhooks call it, 1 to 64 of {@code A-Z a-z 0-9 . _ -}; unique in the tenant
 * @param contract the contract in whose form keys are generated; webhooks of others may use it as
 *     well if they can use the keys
 * @param secretFingerprint tells its newest key from others without showing it
 * @param createdAt when it was created, by the creating process's clock
 */
public record NamedAuthentication(
    Tenant tenant, String name, String contract, String secretFingerprint, Instant createdAt) {

  /**
   * Checks the name.
   *
   * @throws InvalidWebhookException if it is none
   */
  public NamedAuthentication {
    WebhookSettings.checkName("the name of an authentication", name);
  }

  /** The same with another newest key. */
  public NamedAuthentication secretFingerprint(String newest) {
    return new NamedAuthentication(tenant, name, contract, newest, createdAt);
  }
}
