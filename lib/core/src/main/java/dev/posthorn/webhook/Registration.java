package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.WebhookId;
import java.util.Optional;

/**
 * What registering returns. Beside {@link Rotation}, the only thing that ever carries a key out.
 *
 * @param webhook the webhook
 * @param created false if it was there already, by an id that the host chose
 * @param secret the key, given or generated, to be shown to its owner once; empty if the webhook
 *     has none, or was there already and keeps the one it had
 */
public record Registration(Webhook webhook, boolean created, Optional<Secret> secret) {

  /** The webhook's id. */
  public WebhookId id() {
    return webhook.id();
  }
}
