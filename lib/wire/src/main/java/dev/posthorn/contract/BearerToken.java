package dev.posthorn.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Authorization: Bearer} and the webhook's key as a token (RFC 6750, section 2.1); nothing
 * if the webhook has no key. The header has this name whatever the contract's prefix.
 *
 * <p>A token is no signature: it proves that the sender knows it, and nothing of the request. It
 * carries one key, the newest, so after a rotation the receiver must accept both for a while.
 */
public record BearerToken() implements Authentication {
  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";
  private static final int MAX_LENGTH = 4096;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** The scheme's name is compared whatever its case (RFC 9110, section 11.1). */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i:bearer) +(" + TOKEN.pattern() + ")");

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    return keys.isEmpty() ? Map.of() : Map.of(HEADER, SCHEME + keys.get(0).reveal());
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    Matcher credentials = CREDENTIALS.matcher(headers.proof(HEADER));
    if (!credentials.matches()) {
      throw RefusedException.unauthenticated(HEADER + " must be Bearer and a token");
    }
    if (!Secret.isOneOf(keys, credentials.group(1).getBytes(StandardCharsets.US_ASCII))) {
      throw RefusedException.unauthenticated(HEADER + " is not a current token");
    }
  }

  @Override
  public String challenge(String prefix) {
    // RFC 6750, section 3, wants a parameter
    return SCHEME + "realm=\"webhooks\"";
  }

  @Override
  public boolean carriesSeveralKeys() {
    return false;
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    return Secret.random(random, Base64.getUrlEncoder().withoutPadding()::encodeToString);
  }

  @Override
  public void check(Secret key) {
    String value = key.reveal();
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a token must have at most " + MAX_LENGTH + " characters: it has " + value.length());
    }
    if (!TOKEN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a token must consist of letters, digits and -._~+/, with = only at its end");
    }
  }
}
