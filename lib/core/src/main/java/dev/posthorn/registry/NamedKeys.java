package dev.posthorn.registry;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import org.jspecify.annotations.Nullable;

/** The named authentications as webhooks use them. Thread-safe. */
final class NamedKeys {
  private final AuthenticationStore store;
  private final Keys keys;

  NamedKeys(AuthenticationStore store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** What a webhook uses; null if it uses none, or that is not there. */
  @Nullable StoredAuthentication of(Webhook webhook) {
    String name = webhook.settings().authentication();
    return name == null ? null : store.find(webhook.tenant(), name).orElse(null);
  }

  /** Throws unless what a webhook uses is there, and its contract can use the keys. */
  void check(Webhook webhook, DeliveryContract contract) {
    String name = webhook.settings().authentication();
    if (name == null) {
      return;
    }
    StoredAuthentication shared = of(webhook);
    if (shared == null) {
      throw Targets.noAuthentication(name);
    }
    keys.checkNamed(contract.wire().authentication(), shared.keys());
  }

  /** Throws if a webhook's keys are not its own to change. */
  static void checkOwn(StoredWebhook stored) {
    String name = stored.webhook().settings().authentication();
    if (name != null) {
      throw new InvalidWebhookException(
          "the webhook's keys are those of the authentication \"" + name + "\": rotate that");
    }
  }
}
