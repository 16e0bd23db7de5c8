package dev.posthorn.webhook;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registered webhook, as it stood when it was read. It never holds a key. Immutable: the methods
 * that change something return a copy, and only the registry changes what is stored.
 *
 * @param id its id
 * @param tenant whose it is
 * @param url where events go
 * @param contract the name of its contract
 * @param events which event types it wants, in the order in which they were given; none means none
 * @param label what its owner calls it; {@code ""} if it has no label
 * @param metadata what the host keeps with it, in the order in which it was given; may be empty
 * @param settings what is chosen for it beside its contract: headers, rate, and more
 * @param disabled why it is disabled; null if it is enabled
 * @param verification the last check of this URL; null if there was none
 * @param secretFingerprint tells its own newest key from others without showing it; null if it has
 *     none, or uses a named authentication
 * @param createdAt when it was first registered, by the registering process's clock
 */
public record Webhook(
    WebhookId id,
    Tenant tenant,
    String url,
    String contract,
    Set<EventPattern> events,
    String label,
    Map<String, String> metadata,
    WebhookSettings settings,
    @Nullable String disabled,
    @Nullable Verification verification,
    @Nullable String secretFingerprint,
    Instant createdAt) {

  /** One in which everything is as its contract has it. */
  public Webhook(
      WebhookId id,
      Tenant tenant,
      String url,
      String contract,
      Set<EventPattern> events,
      String label,
      Map<String, String> metadata,
      @Nullable String disabled,
      @Nullable Verification verification,
      @Nullable String secretFingerprint,
      Instant createdAt) {
    this(
        id,
        tenant,
        url,
        contract,
        events,
        label,
        metadata,
        WebhookSettings.NONE,
        disabled,
        verification,
        secretFingerprint,
        createdAt);
  }

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
    return with(why, verification, secretFingerprint);
  }

  /** The same after a check, or unverified where it is null. */
  public Webhook checked(@Nullable Verification result) {
    return with(disabled, result, secretFingerprint);
  }

  /** The same with another newest key, or with none where it is null. */
  public Webhook secretFingerprint(@Nullable String newest) {
    return with(disabled, verification, newest);
  }

  private Webhook with(
      @Nullable String why, @Nullable Verification check, @Nullable String newest) {
    return new Webhook(
        id, tenant, url, contract, events, label, metadata, settings, why, check, newest,
        createdAt);
  }

  /**
   * Its URL, contract, event types, label, metadata and settings as a spec, to be changed in an
   * update. It holds no key and no header's value: the update keeps those that it does not name.
   */
  public WebhookSpec spec() {
    return WebhookSpec.to(url)
        .id(id)
        .contract(contract)
        .events(events.stream().map(EventPattern::text).toList())
        .label(label)
        .metadata(metadata)
        .settings(settings);
  }

  /** Neither the URL's query, which may hold secrets, nor label and metadata: often personal. */
  @Override
  public String toString() {
    return "Webhook[" + id + ", " + spec() + ", enabled " + enabled() + "]";
  }
}
