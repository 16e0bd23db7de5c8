package dev.posthorn.registry;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Makes a tenant's webhooks what a spec says, and gives them keys. Thread-safe. */
final class SpecWriting {
  private final Versions versions;
  private final Drafts drafts;
  private final Tenant tenant;

  SpecWriting(Versions versions, Drafts drafts, Tenant tenant) {
    this.versions = versions;
    this.drafts = drafts;
    this.tenant = tenant;
  }

  Registration register(WebhookSpec spec) {
    Optional<WebhookId> known = spec.id().filter(id -> versions.find(id).isPresent());
    if (known.isPresent()) { // looked for first: what would be refused of a new one may be kept
      return registerAgain(known.get(), spec);
    }
    StoredWebhook fresh = drafts.create(tenant, spec);
    return versions.insert(fresh)
        ? new Registration(fresh.webhook(), true, newestKey(fresh))
        : registerAgain(fresh.webhook().id(), spec);
  }

  private Registration registerAgain(WebhookId id, WebhookSpec spec) {
    StoredWebhook before = versions.find(id).orElseThrow(() -> taken(id));
    StoredWebhook after = versions.change(id, stored -> drafts.apply(stored, spec));
    Optional<Secret> key = newestKey(after);
    boolean kept = key.equals(newestKey(before));
    return new Registration(after.webhook(), false, kept ? Optional.empty() : key);
  }

  Webhook update(WebhookId id, UnaryOperator<WebhookSpec> change) {
    return versions.change(id, stored -> updated(stored, change)).webhook();
  }

  private StoredWebhook updated(StoredWebhook stored, UnaryOperator<WebhookSpec> change) {
    WebhookSpec spec = change.apply(stored.webhook().spec());
    String shared = stored.webhook().settings().authentication();
    boolean chosen = spec.givenSecret().isPresent() || spec.wantsNoSecret();
    if (shared != null && spec.settings().authentication() == null && !chosen) {
      throw new InvalidWebhookException(
          "the webhook is to leave the authentication \"%s\": give it a key, which nobody would be"
                  .formatted(shared)
              + " shown if it were made here, or say withoutSecret()");
    }
    return drafts.apply(stored, spec);
  }

  Rotation rotate(WebhookId id, Duration overlap) {
    Keys.checkOverlap(overlap);
    return rotateTo(drafts.steps().newKey(versions.of(id)), id, overlap);
  }

  Rotation rotate(WebhookId id, Duration overlap, Secret given) {
    Keys.checkOverlap(overlap);
    return rotateTo(given, id, overlap);
  }

  private Rotation rotateTo(Secret fresh, WebhookId id, Duration overlap) {
    StoredWebhook after =
        versions.change(id, stored -> drafts.steps().rotated(stored, fresh, overlap));
    Instant previousUntil = after.keys().size() > 1 ? after.keys().get(1).until() : null;
    return new Rotation(after.webhook(), fresh, previousUntil);
  }

  private static Optional<Secret> newestKey(StoredWebhook stored) {
    return Optional.ofNullable(Keys.newest(stored.keys()));
  }

  private static InvalidWebhookException taken(WebhookId id) {
    return new InvalidWebhookException(
        "the id " + id + " is taken: choose another, or leave it out to get a new one");
  }
}
