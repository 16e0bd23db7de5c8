package dev.posthorn.registry;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.exchange.Verifier;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Verification;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks a tenant's endpoints, and keeps what came of it. Thread-safe. */
final class Checks {
  private final Versions versions;
  private final Drafts drafts;
  private final Verifier verifier;
  private final Callbacks callbacks;

  Checks(Versions versions, Drafts drafts, Verifier verifier, Callbacks callbacks) {
    this.versions = versions;
    this.drafts = drafts;
    this.verifier = verifier;
    this.callbacks = callbacks;
  }

  /** Again where the webhook has got another URL or contract meanwhile. */
  Verification verify(WebhookId id) {
    while (true) {
      StoredWebhook before = versions.of(id);
      Callbacks.Issued issued = callbacks.issue(drafts.target(before));
      // Written first: the endpoint may call back before it answers.
      StoredWebhook asked =
          issued == null
              ? before
              : versions.change(id, stored -> drafts.steps().asking(stored, issued));
      Verification result =
          verifier.verify(drafts.target(asked), issued == null ? null : issued.url());
      StoredWebhook after =
          versions.change(id, stored -> drafts.steps().checked(stored, asked, result));
      Verification kept = after.webhook().verification();
      if (kept != null && NextVersions.isAsked(after, asked)) {
        return kept;
      }
    }
  }

  Optional<Verification> calledBack(String token, @Nullable String allowedRate) {
    Optional<WebhookId> id =
        Callbacks.webhook(token)
            .flatMap(versions::find)
            .filter(stored -> Callbacks.matches(token, stored.callback()))
            .map(stored -> stored.webhook().id());
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Verification result = verifier.calledBack(allowedRate);
    if (!result.verified()) {
      return Optional.empty();
    }
    StoredWebhook after =
        versions.change(id.get(), stored -> drafts.steps().calledBack(stored, token, result));
    return Callbacks.matches(token, after.callback()) ? Optional.of(result) : Optional.empty();
  }
}
