package dev.posthorn.registry;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of a webhook by each thing that is done with it. Thread-safe. */
final class NextVersions {
  private final Targets targets;
  private final Keys keys;

  NextVersions(Targets targets, Keys keys) {
    this.targets = targets;
    this.keys = keys;
  }

  /** The next version, whose endpoint may call back from now on by another token alone. */
  StoredWebhook asking(StoredWebhook stored, Callbacks.Issued issued) {
    List<StoredKey> unended = keys.unended(stored.keys());
    return next(stored, stored.webhook(), unended, stored.headers(), issued.hash(), null);
  }

  /**
   * The next version after a check; the same if the webhook has got another URL or contract
   * meanwhile, or its endpoint has called back to allow what its answer did not.
   */
  StoredWebhook checked(StoredWebhook stored, StoredWebhook checked, Verification result) {
    Verification before = checked.webhook().verification();
    boolean moved = !isAsked(stored, checked);
    boolean allowed =
        stored.webhook().verified() && !Objects.equals(stored.webhook().verification(), before);
    return moved || (allowed && !result.verified())
        ? stored
        : next(stored, stored.webhook().checked(result), null);
  }

  /** True if a check of one version is a check of another. */
  static boolean isAsked(StoredWebhook stored, StoredWebhook checked) {
    return stored.webhook().url().equals(checked.webhook().url())
        && stored.webhook().contract().equals(checked.webhook().contract());
  }

  /** The next version after a call back; the same if the token is not, or no more, the one. */
  StoredWebhook calledBack(StoredWebhook stored, String token, Verification result) {
    return Callbacks.matches(token, stored.callback())
        ? next(stored, stored.webhook().checked(result), null)
        : stored;
  }

  /** The next version, enabled; the same if it is already. */
  StoredWebhook enabled(StoredWebhook stored, @Nullable Rate ramp) {
    return stored.webhook().enabled()
        ? stored
        : next(stored, stored.webhook().disabled(null), ramp);
  }

  /** The next version, disabled; the same if it is already. */
  StoredWebhook disabled(StoredWebhook stored, String why) {
    if (!stored.webhook().enabled()) {
      return stored;
    }
    List<StoredKey> unended = keys.unended(stored.keys());
    return new StoredWebhook(
            stored.webhook(),
            unended,
            stored.headers(),
            stored.unverified(),
            stored.callback(),
            stored.limit(),
            stored.ramp(),
            stored.version())
        .disabled(why);
  }

  /** A new key, in the form that a webhook's contract wants. */
  Secret newKey(StoredWebhook stored) {
    NamedKeys.checkOwn(stored);
    return keys.generate(targets.contract(stored.webhook().contract()).wire().authentication());
  }

  /** The next version, with another key; the ones before it end after the overlap. */
  StoredWebhook rotated(StoredWebhook stored, Secret fresh, Duration overlap) {
    NamedKeys.checkOwn(stored);
    Webhook webhook = stored.webhook();
    Authentication scheme = targets.contract(webhook.contract()).wire().authentication();
    List<StoredKey> rotated = keys.rotated(scheme, fresh, overlap, stored.keys());
    return next(
        stored,
        webhook.secretFingerprint(fresh.fingerprint()),
        rotated,
        stored.headers(),
        stored.callback(),
        null);
  }

  private StoredWebhook next(StoredWebhook before, Webhook webhook, @Nullable Rate ramp) {
    return next(
        before, webhook, keys.unended(before.keys()), before.headers(), before.callback(), ramp);
  }

  /**
   * The next version as a whole.
   *
   * @param callback what tells the token by which its endpoint may still allow events; null if it
   *     may not
   */
  StoredWebhook next(
      StoredWebhook before,
      Webhook webhook,
      List<StoredKey> chosen,
      Map<String, Secret> headers,
      @Nullable String callback,
      @Nullable Rate ramp) {
    DeliveryContract contract = targets.contract(webhook.contract());
    return new StoredWebhook(
        webhook,
        chosen,
        headers,
        unverified(contract, webhook),
        callback,
        Tuning.limit(webhook),
        ramp,
        before.version() + 1);
  }

  /** Why the lane of an enabled webhook is held; null if it is not. */
  static @Nullable String unverified(DeliveryContract contract, Webhook webhook) {
    if (webhook.verified() || !contract.verification().holdsUnverified()) {
      return null;
    }
    return webhook.verification() == null
        ? "its endpoint has not been verified"
        : "its endpoint could not be verified: " + webhook.verification().detail();
  }
}
