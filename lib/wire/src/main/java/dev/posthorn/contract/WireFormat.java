package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery looks on the wire. Immutable and thread-safe, as its parts must be.
 *
 * @param body how an event becomes bytes, and the headers that belong to them
 * @param headers the headers that describe an attempt
 * @param authentication the headers that prove the sender
 * @param headerPrefix how the contract's own headers begin, for example {@code X-One-}
 * @param userAgent the value of {@code User-Agent}
 * @param origin the value of {@code WebHook-Request-Origin}, sent with each delivery; null for none
 */
public record WireFormat(
    BodyFormat body,
    MessageHeaders headers,
    Authentication authentication,
    String headerPrefix,
    String userAgent,
    @Nullable RequestOrigin origin) {

  private static final String ATTRIBUTE = CloudEventsBinary.PREFIX;

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
    if (isReserved(headerPrefix)) {
      throw new IllegalArgumentException(
          "headerPrefix must not begin with ce-, which is for CloudEvents' attributes: \""
              + headerPrefix
              + "\"");
    }
  }

  /** A format that names no origin. */
  public WireFormat(
      BodyFormat body,
      MessageHeaders headers,
      Authentication authentication,
      String headerPrefix,
      String userAgent) {
    this(body, headers, authentication, headerPrefix, userAgent, null);
  }

  /** The same with another body. */
  public WireFormat body(BodyFormat format) {
    return new WireFormat(format, headers, authentication, headerPrefix, userAgent, origin);
  }

  /** The same with another proof of the sender. */
  public WireFormat authentication(Authentication scheme) {
    return new WireFormat(body, headers, scheme, headerPrefix, userAgent, origin);
  }

  /** The same with another beginning of the contract's own headers. */
  public WireFormat headerPrefix(String prefix) {
    return new WireFormat(body, headers, authentication, prefix, userAgent, origin);
  }

  /** The same with another {@code User-Agent}. */
  public WireFormat userAgent(String value) {
    return new WireFormat(body, headers, authentication, headerPrefix, value, origin);
  }

  /** The same with the name of the sending system. */
  public WireFormat origin(RequestOrigin sender) {
    return new WireFormat(body, headers, authentication, headerPrefix, userAgent, sender);
  }

  /**
   * What one attempt puts on the wire. No header but the body's own may be named {@code ce-} and
   * something: receivers take those for attributes of the event.
   *
   * @param message what the attempt is about
   * @param keys the webhook's current keys, newest first; may be empty
   * @throws IllegalStateException if a part breaks HTTP: a name or a value that no header may have,
   *     or a name twice; or if a name is reserved. The message names the header and never shows its
   *     value
   */
  public Encoded encode(CanonicalEvent event, Message message, List<Secret> keys) {
    BodyFormat.Encoded encoded = encoded(event, message.webhookId());
    Map<String, String> all = new LinkedHashMap<>();
    encoded.headers().forEach((name, value) -> add(all, name, value));
    add(all, "User-Agent", userAgent);
    if (origin != null) {
      add(all, Handshake.REQUEST_ORIGIN, origin.name());
    }
    authentication
        .headers(headerPrefix, message, encoded.bytes(), keys)
        .forEach((name, value) -> addOther(all, name, value));
    headers.of(headerPrefix, message).forEach((name, value) -> addOther(all, name, value));
    return new Encoded(encoded, Collections.unmodifiableMap(all));
  }

  private BodyFormat.Encoded encoded(CanonicalEvent event, String webhookId) {
    return body.perWebhook()
        ? body.encode(event, webhookId)
        : event.shared(body, BodyFormat.Encoded.class, () -> body.encode(event, webhookId));
  }

  private static boolean isReserved(String name) {
    return name.regionMatches(true, 0, ATTRIBUTE, 0, ATTRIBUTE.length());
  }

  private static void addOther(Map<String, String> all, String name, String value) {
    if (isReserved(name)) {
      throw new IllegalStateException(
          "the header " + HeaderText.encode(name) + " is reserved for an attribute of the event");
    }
    if (value.isEmpty()) {
      throw unfit(name);
    }
    add(all, name, value);
  }

  /** The last look before the wire: whatever a key or an attribute holds, it stays one header. */
  private static void add(Map<String, String> all, String name, String value) {
    if (!HeaderText.isName(name)) {
      throw new IllegalStateException("no header can be named " + HeaderText.encode(name));
    }
    if (!value.isEmpty() && !HeaderText.isValue(value)) {
      throw unfit(name);
    }
    for (String other : all.keySet()) {
      if (name.equalsIgnoreCase(other)) {
        throw new IllegalStateException("the header " + name + " is there twice");
      }
    }
    all.put(name, value);
  }

  private static IllegalStateException unfit(String name) {
    return new IllegalStateException(
        "the value of "
            + HeaderText.encode(name)
            + " must be printable ASCII without a space at either end");
  }

  /**
   * The body and headers of one attempt. Headers hold keys: never print them. Other webhooks share
   * the body for as long as somebody holds this: hold it until the exchange is over.
   *
   * @param content the body, and the headers that belong to it
   * @param headers all of them, in the order in which they are sent
   */
  public record Encoded(BodyFormat.Encoded content, Map<String, String> headers) {

    /** Exactly the bytes to send. */
    public byte[] body() {
      return content.bytes();
    }

    /** Says how large, not what. */
    @Override
    public String toString() {
      return "Encoded[" + body().length + " bytes, " + headers.size() + " headers]";
    }
  }
}
