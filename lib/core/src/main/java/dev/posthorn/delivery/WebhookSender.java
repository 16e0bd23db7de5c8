package dev.posthorn.delivery;

import dev.posthorn.contract.FailureDetail;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one HTTP exchange, blocking. Thread-safe; calls do not wait for each other.
 *
 * <p>The request goes out as it is given: method, path and query, headers, bytes. Of its own the
 * sender adds no more than {@code Host}, {@code Connection}, {@code Content-Length} and {@code
 * Accept-Encoding: identity}: no {@code User-Agent}, no {@code Content-Type}. A {@code POST} tells
 * the length of its body, since many receivers cannot take chunks.
 *
 * <p>It follows no redirect, keeps no cookie, answers no challenge, and repeats nothing because an
 * answer asks for it. A request goes out a second time only where a kept-alive connection turns out
 * to be dead before a byte of response came: then once, on a new connection, within the deadline.
 *
 * <p>The receiver may be hostile. An answer takes bounded memory and no more time than the
 * deadline, however long it is and however slowly it comes; it is never inflated. Interim answers
 * (1xx) are passed over. Of the body no more is read than the snippet needs, or a little more to
 * keep the connection. So one without end counts as answered, as does one that is cut short; one
 * that is still waited for at the deadline does not.
 *
 * <p>A sender is the last guard of the host's own network: what a name resolves to is known nowhere
 * else.
 */
public interface WebhookSender extends AutoCloseable {

  /**
   * Makes one exchange and returns within its deadline and a little. Never throws for what the
   * network or the receiver does: that is an {@link Exchange} with a {@link Exchange#failure()}.
   * After a failure the receiver may have taken the request all the same.
   *
   * <ul>
   *   <li>{@link FailureDetail#CONNECT_TIMEOUT}, {@link FailureDetail#READ_TIMEOUT}: the deadline
   *       passed before the connection stood, handshake included, or after it.
   *   <li>{@link FailureDetail#CONNECT_REFUSED}, {@link FailureDetail#TLS}: there is no connection.
   *   <li>{@link FailureDetail#RESET}: the connection ended before the head of a response had come.
   *   <li>{@link FailureDetail#PROTOCOL}: no valid HTTP response came, or its status is not 200 to
   *       599. Headers or interim answers without end are this or a {@code READ_TIMEOUT}.
   * </ul>
   */
  Exchange send(Request request);

  /**
   * The names of the TLS identities that requests can ask for: each says which certificate to
   * present and whom to trust. By default there are none but the usual one, which has no name.
   */
  default Set<String> identities() {
    return Set.of();
  }

  /**
   * Cancels what is in flight, and lets go of connections and threads. What it cancels, and what is
   * sent after it, fails as an {@link Exchange}. Idempotent.
   */
  @Override
  void close();

  /**
   * One request.
   *
   * @param method {@code POST}, {@code HEAD}, {@code GET} or {@code OPTIONS}
   * @param url a canonical URL that the endpoint policy accepted when the webhook was registered
   * @param headers names and values, checked by whoever made them; may hold keys
   * @param body the bytes to send; empty for all but {@code POST}
   * @param deadline the limit of the whole exchange from now, name look-up included
   * @param tls one of {@link WebhookSender#identities}, for an {@code https} URL; null for the
   *     usual one. Requests of different identities never share a connection
   */
  @SuppressWarnings("ArrayRecordComponent") // shared, never compared, never changed
  record Request(
      String method,
      URI url,
      Map<String, String> headers,
      byte[] body,
      Duration deadline,
      @Nullable String tls) {

    /** A request with the usual TLS identity. */
    public Request(
        String method, URI url, Map<String, String> headers, byte[] body, Duration deadline) {
      this(method, url, headers, body, deadline, null);
    }

    /** The method and host: neither query nor headers, which may hold keys. */
    @Override
    public String toString() {
      return "Request[" + method + " " + url.getHost() + ", " + body.length + " bytes]";
    }
  }

  /**
   * What came of it.
   *
   * @param status the HTTP status, 200 to 599, or 0 if there was no valid response
   * @param failure why there was no response; null if there was one
   * @param retryAfter the {@code Retry-After} header as it came; null if there was none
   * @param allowedOrigin the {@code WebHook-Allowed-Origin} header as it came, joined by commas if
   *     it was there more than once; null if there was none
   * @param allowedRate the same of {@code WebHook-Allowed-Rate}
   * @param snippet the beginning of the response's text, read in the charset that it names, or as
   *     UTF-8 if it names none that is known; at most 1,024 characters, without control characters
   *     and lone surrogates; empty if there was none, or if it is compressed, or not text by its
   *     media type or its bytes
   * @param took how long it lasted
   * @param resent true if the request went out a second time on a new connection
   */
  record Exchange(
      int status,
      @Nullable FailureDetail failure,
      @Nullable String retryAfter,
      @Nullable String allowedOrigin,
      @Nullable String allowedRate,
      String snippet,
      Duration took,
      boolean resent) {

    /**
     * A response or a failure, not both.
     *
     * @throws IllegalArgumentException if it is neither or both
     */
    public Exchange {
      if ((status == 0) == (failure == null)) {
        throw new IllegalArgumentException(
            "an exchange has either a status or a failure: " + status + ", " + failure);
      }
    }

    /** A response came. */
    public static Exchange answered(
        int status, @Nullable String retryAfter, String snippet, Duration took, boolean resent) {
      return new Exchange(status, null, retryAfter, null, null, snippet, took, resent);
    }

    /** No response came. */
    public static Exchange failed(FailureDetail failure, Duration took, boolean resent) {
      return new Exchange(0, failure, null, null, null, "", took, resent);
    }

    /** The same with what the response said of who may send here, and how often. */
    public Exchange allowing(@Nullable String origin, @Nullable String rate) {
      return new Exchange(status, failure, retryAfter, origin, rate, snippet, took, resent);
    }
  }
}
