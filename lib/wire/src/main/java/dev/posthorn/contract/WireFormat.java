package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a delivery looks on the wire. Immutable and thread-safe, as its parts must be.
 *
 * @param body how an event becomes bytes
 * @param headers the headers that describe an attempt
 * @param authentication the headers that prove the sender
 * @param headerPrefix how the contract's own headers begin, for example {@code X-One-}
 * @param userAgent the value of {@code User-Agent}
 */
public record WireFormat(
    BodyFormat body,
    MessageHeaders headers,
    Authentication authentication,
    String headerPrefix,
    String userAgent) {

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException if one cannot stand in a header
   */
  public WireFormat {
    if (!HeaderText.isName(headerPrefix)) {
      throw new IllegalArgumentException(
          "headerPrefix must be the beginning of a header name: \"" + headerPrefix + "\"");
    }
    if (!HeaderText.isValue(userAgent)) {
      throw new IllegalArgumentException(
          "userAgent must be printable ASCII: \"" + userAgent + "\"");
    }
    if (!HeaderText.isValue(body.contentType())) {
      throw new IllegalArgumentException(
          "the body's contentType must be printable ASCII: \"" + body.contentType() + "\"");
    }
  }

  /** The same with another beginning of the contract's own headers. */
  public WireFormat headerPrefix(String prefix) {
    return new WireFormat(body, headers, authentication, prefix, userAgent);
  }

  /** The same with another {@code User-Agent}. */
  public WireFormat userAgent(String value) {
    return new WireFormat(body, headers, authentication, headerPrefix, value);
  }

  /**
   * What one attempt puts on the wire.
   *
   * @param message what the attempt is about
   * @param keys the webhook's current keys, newest first; may be empty
   * @throws IllegalStateException if the authentication or the headers break HTTP: a name or a
   *     value that no header may have, or a name twice; the message names the header and never
   *     shows its value
   */
  public Encoded encode(CanonicalEvent event, Message message, List<Secret> keys) {
    byte[] bytes = body.encode(event, message.webhookId());
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Content-Type", body.contentType());
    all.put("User-Agent", userAgent);
    authentication
        .headers(headerPrefix, message, bytes, keys)
        .forEach((name, value) -> add(all, name, value));
    headers.of(headerPrefix, message).forEach((name, value) -> add(all, name, value));
    return new Encoded(bytes, Collections.unmodifiableMap(all));
  }

  /** The last look before the wire: whatever a key or an attribute holds, it stays one header. */
  private static void add(Map<String, String> all, String name, String value) {
    if (!HeaderText.isName(name)) {
      throw new IllegalStateException("no header can be named " + HeaderText.encode(name));
    }
    if (!HeaderText.isValue(value)) {
      throw new IllegalStateException(
          "the value of " + name + " must be printable ASCII without a space at either end");
    }
    for (String other : all.keySet()) {
      if (name.equalsIgnoreCase(other)) {
        throw new IllegalStateException("the header " + name + " is there twice");
      }
    }
    all.put(name, value);
  }

  /**
   * The body and headers of one attempt. Headers hold keys: never print them.
   *
   * @param body exactly the bytes to send
   * @param headers in the order in which they are sent
   */
  @SuppressWarnings("ArrayRecordComponent") // shared, never compared, never changed
  public record Encoded(byte[] body, Map<String, String> headers) {
    /** Says how large, not what. */
    @Override
    public String toString() {
      return "Encoded[" + body.length + " bytes, " + headers.size() + " headers]";
    }
  }
}
