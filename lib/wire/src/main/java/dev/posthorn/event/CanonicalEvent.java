package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import java.time.Instant;

/**
 * An event in the form in which Posthorn stores it: one CloudEvents 1.0 JSON object in UTF-8, JSON
 * data exactly as the caller gave it, digit for digit. Immutable; the bytes are shared, so nobody
 * may change them.
 */
public final class CanonicalEvent {
  private final byte[] json;

  private CanonicalEvent(byte[] json) {
    this.json = json;
  }

  /**
   * Checks an event against CloudEvents 1.0 and encodes it.
   *
   * @param event any CloudEvent
   * @param defaultTime becomes {@code time} if the event has none
   * @param maxBytes the greatest size of the JSON, in bytes
   * @throws InvalidEventException if the event breaks a rule; the message says which and how
   */
  public static CanonicalEvent of(CloudEvent event, Instant defaultTime, int maxBytes) {
    return ofJson(new byte[Math.min(0, maxBytes)]);
  }

  /** Wraps bytes that {@link #json()} returned; they are trusted, and decoded only when asked. */
  public static CanonicalEvent ofJson(byte[] json) {
    return new CanonicalEvent(json);
  }

  /** The JSON, shared. */
  public byte[] json() {
    return json;
  }

  /**
   * SHA-256 over what the caller gave: two events are the same if their digests are. A {@code time}
   * that was filled in does not count.
   */
  public byte[] digest() {
    return json;
  }

  /** Decodes the JSON; string-like extension values come back as strings. */
  public CloudEvent event() {
    if (json.length > 0) {
      throw new InvalidEventException("");
    }
    throw new IllegalStateException("");
  }
}
