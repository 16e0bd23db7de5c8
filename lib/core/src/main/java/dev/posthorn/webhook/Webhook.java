package dev.posthorn.webhook;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registered webhook, as it stood when it was read. It never holds a key.
 *
 * @param id its id
 * @param tenant whose it is
 * @param url where events go
 * @param contract the name of its contract
 * @param events which event types it wants
 * @param disabled why it is disabled; null if it is enabled
 * @param verification the last check of this URL; null if there was none
 * @param secretFingerprint tells its newest key from others without showing it; null if it has none
 * @param createdAt when it was registered
 */
public record Webhook(
    WebhookId id,
    Tenant tenant,
    String url,
    String contract,
    Set<EventPattern> events,
    @Nullable String disabled,
    @Nullable Verification verification,
    @Nullable String secretFingerprint,
    Instant createdAt) {

  /** True unless it has been disabled. */
  public boolean enabled() {
    return disabled == null;
  }

  /** True if the last check of this URL passed. */
  public boolean verified() {
    return verification != null && verification.verified();
  }

  /** The same, disabled, or enabled where the reason is null. */
  public Webhook disabled(@Nullable String why) {
    return new Webhook(
        id, tenant, url, contract, events, why, verification, secretFingerprint, createdAt);
  }

  /** The same after a check, or unverified where it is null. */
  public Webhook checked(@Nullable Verification result) {
    return new Webhook(
        id, tenant, url, contract, events, disabled, result, secretFingerprint, createdAt);
  }

  /** Its URL, contract and event types as a spec, to be changed in an update. */
  public WebhookSpec spec() {
    return WebhookSpec.to(url)
        .id(id)
        .contract(contract)
        .events(events.stream().map(EventPattern::text).toList());
  }

  /** Everything but the URL's query, which may hold secrets. */
  @Override
  public String toString() {
    return "Webhook[" + id + ", " + spec() + ", enabled " + enabled() + "]";
  }
}
