package dev.posthorn.contract;

import org.jspecify.annotations.Nullable;

/**
 * How a sender asks, and a receiver tells, whether events may be sent (CloudEvents Web Hooks 1.0.2,
 * section 4): an {@code OPTIONS} request to the webhook's URL and the headers of its answer. The
 * answer's status says nothing.
 */
public final class Handshake {
  /** Whose events they are, see {@link RequestOrigin}; asked, and sent with each delivery. */
  public static final String REQUEST_ORIGIN = "WebHook-Request-Origin";

  /** An https URL by which the receiver may allow it later; asked. */
  public static final String REQUEST_CALLBACK = "WebHook-Request-Callback";

  /** How many requests a minute the sender would like to make; asked. */
  public static final String REQUEST_RATE = "WebHook-Request-Rate";

  /** The origin that may send, or {@code *}; answered. */
  public static final String ALLOWED_ORIGIN = "WebHook-Allowed-Origin";

  /** How many requests a minute it may make, see {@link AllowedRate}; answered. */
  public static final String ALLOWED_RATE = "WebHook-Allowed-Rate";

  private static final String ANY = "*";

  private Handshake() {}

  /**
   * True if an answer lets an origin send.
   *
   * @param allowedOrigin the answer's {@code WebHook-Allowed-Origin}; null if it has none, or more
   *     than one
   */
  public static boolean allows(RequestOrigin origin, @Nullable String allowedOrigin) {
    return allowedOrigin != null
        && (allowedOrigin.equals(ANY) || allowedOrigin.equalsIgnoreCase(origin.name()));
  }
}
