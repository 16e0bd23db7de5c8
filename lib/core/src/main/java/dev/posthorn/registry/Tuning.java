package dev.posthorn.registry;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.exchange.Targets;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is set for one webhook, against its contract and the limits. Immutable. */
final class Tuning {
  private final Targets targets;
  private final int inFlightPerWebhook;

  Tuning(Targets targets, int inFlightPerWebhook) {
    this.targets = targets;
    this.inFlightPerWebhook = inFlightPerWebhook;
  }

  /** A spec's settings with the headers as they will be, if all of it fits the contract. */
  WebhookSettings checked(
      WebhookSpec spec, Map<String, Secret> headers, DeliveryContract contract) {
    WebhookSettings settings = spec.settings();
    Integer concurrency = settings.concurrency();
    if (concurrency != null && concurrency > inFlightPerWebhook) {
      throw new InvalidWebhookException(
          "concurrency must be at most %d, as Limits.inFlightPerWebhook says: %d"
              .formatted(inFlightPerWebhook, concurrency));
    }
    Duration timeout = settings.timeout();
    if (timeout != null && timeout.compareTo(contract.timeout()) > 0) {
      throw new InvalidWebhookException(
          "timeout must be at most that of the contract \"%s\", which is %s: %s"
              .formatted(contract.name(), contract.timeout(), timeout));
    }
    targets.check(settings, contract);
    Map<String, String> fingerprints = new LinkedHashMap<>();
    headers.forEach((name, value) -> fingerprints.put(name, value.fingerprint()));
    return settings.headers(fingerprints);
  }

  /** The headers of a spec: a value that it does not give is the one from before. */
  static Map<String, Secret> headers(WebhookSpec spec, Map<String, Secret> before) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    for (String name : spec.settings().headers().keySet()) {
      Secret given = spec.givenHeaders().get(name);
      headers.put(name, given == null ? kept(name, before) : given);
    }
    return headers;
  }

  private static Secret kept(String name, Map<String, Secret> before) {
    Secret kept = before.get(name);
    if (kept == null) {
      throw new InvalidWebhookException(
          "the header %s has no value that could be kept: give it one".formatted(name));
    }
    return kept;
  }

  /**
   * The steady pace of a webhook's lane: its own rate, or what its endpoint allows if that is
   * slower.
   */
  static @Nullable Rate limit(Webhook webhook) {
    Rate own = webhook.settings().rate();
    Verification check = webhook.verification();
    Rate allowed = check == null ? null : check.allowedRate();
    if (own == null || allowed == null) {
      return own == null ? allowed : own;
    }
    return allowed.isSlowerThan(own) ? allowed : own;
  }
}
