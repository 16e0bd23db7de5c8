package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;

/**
 * Turns an event into the bytes that go on the wire. Deterministic for ever: the same event and
 * webhook give the same bytes on every attempt, node and release. Thread-safe.
 */
public interface BodyFormat {

  /** The body, not to be changed by anyone afterwards. */
  byte[] encode(CanonicalEvent event, String webhookId);

  /** The value of {@code Content-Type}. */
  String contentType();

  /** True if the body depends on the webhook's id, so that webhooks cannot share it. */
  boolean perWebhook();
}
