package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;

/**
 * Turns an event into the bytes that go on the wire, and back. Deterministic for ever: the same
 * event and webhook give the same bytes on every attempt, node and release. Thread-safe.
 */
public interface BodyFormat {

  /** The body, not to be changed by anyone afterwards. */
  byte[] encode(CanonicalEvent event, String webhookId);

  /**
   * The receiver's half of {@link #encode}: the event that a request carries. Data keeps the very
   * bytes in which it came.
   *
   * @param prefix the contract's header prefix
   * @param headers the request's headers; a format may keep attributes there
   * @param body the request's body, exactly as it came
   * @throws RefusedException with 415 if the request's {@code Content-Type} is not the format's,
   *     with 400 if it holds no valid event
   */
  CloudEvent decode(String prefix, RequestHeaders headers, byte[] body);

  /** The value of {@code Content-Type}. */
  String contentType();

  /** True if the body depends on the webhook's id, so that webhooks cannot share it. */
  boolean perWebhook();
}
