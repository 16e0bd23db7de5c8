package dev.posthorn.webhook;

import dev.posthorn.delivery.Rate;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is chosen for one webhook beside its contract. Chosen in a {@link WebhookSpec} and shown by
 * a {@link Webhook}; it never holds the value of a header or a key. Immutable.
 *
 * @param headers the names of the webhook's own headers as they were given, each with what tells
 *     its value from others without showing it: the first eight hexadecimal digits of its SHA-256.
 *     A value that can be guessed can be found by it
 * @param rate how many attempts may be made in a time, over all processes; null for no limit
 * @param concurrency how many exchanges a process may have under way; null for as many as {@link
 *     dev.posthorn.delivery.Limits#inFlightPerWebhook()}
 * @param timeout the limit of one exchange; null for the contract's
 * @param tls the name of the TLS identity that its requests use; null for the usual one
 * @param authentication the name of the {@link NamedAuthentication} that its keys are; null if it
 *     has keys of its own, or none
 */
public record WebhookSettings(
    Map<String, String> headers,
    @Nullable Rate rate,
    @Nullable Integer concurrency,
    @Nullable Duration timeout,
    @Nullable String tls,
    @Nullable String authentication) {
  /** Everything as the contract has it. */
  public static final WebhookSettings NONE =
      new WebhookSettings(Map.of(), null, null, null, null, null);

  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

  /**
   * Checks what can be checked without the contract and the limits.
   *
   * @throws InvalidWebhookException if the concurrency is below 1, or the timeout below 1 ms, or a
   *     name is not 1 to 64 of {@code A-Z a-z 0-9 . _ -}
   */
  public WebhookSettings {
    if (concurrency != null && concurrency < 1) {
      throw new InvalidWebhookException("concurrency must be at least 1: " + concurrency);
    }
    if (timeout != null && timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
      throw new InvalidWebhookException("timeout must be at least 1 ms: " + timeout);
    }
    checkName("the name of a TLS identity", tls);
    checkName("the name of an authentication", authentication);
    headers =
        headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  static void checkName(String what, @Nullable String name) {
    if (name != null && !name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new InvalidWebhookException(
          what + " must be 1 to 64 of A-Z a-z 0-9 . _ -: \"" + name + "\"");
    }
  }

  /** The same with other headers, by name and fingerprint. */
  public WebhookSettings headers(Map<String, String> fingerprints) {
    return new WebhookSettings(fingerprints, rate, concurrency, timeout, tls, authentication);
  }

  WebhookSettings rate(@Nullable Rate limit) {
    return new WebhookSettings(headers, limit, concurrency, timeout, tls, authentication);
  }

  WebhookSettings concurrency(@Nullable Integer most) {
    return new WebhookSettings(headers, rate, most, timeout, tls, authentication);
  }

  WebhookSettings timeout(@Nullable Duration wholeExchange) {
    return new WebhookSettings(headers, rate, concurrency, wholeExchange, tls, authentication);
  }

  WebhookSettings tls(@Nullable String name) {
    return new WebhookSettings(headers, rate, concurrency, timeout, name, authentication);
  }

  WebhookSettings authentication(@Nullable String name) {
    return new WebhookSettings(headers, rate, concurrency, timeout, tls, name);
  }
}
