package dev.posthorn.webhook;

import dev.posthorn.event.PosthornException;

/**
 * A webhook cannot be as it was asked for: URL, event type, contract, key, label or metadata. A web
 * API answers 400.
 */
public final class InvalidWebhookException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong, the value, and what to do; never a key. */
  public InvalidWebhookException(String message) {
    super(message);
  }
}
