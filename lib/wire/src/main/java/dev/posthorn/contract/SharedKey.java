package dev.posthorn.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The webhook's newest key, as it is, in one header; nothing if the webhook has none. */
record SharedKey(String nameAfterPrefix) implements Authentication {
  private static final int MAX_LENGTH = 1024;

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    return keys.isEmpty() ? Map.of() : Map.of(prefix + nameAfterPrefix, keys.get(0).reveal());
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String name = prefix + nameAfterPrefix;
    String given = headers.proof(name);
    // other characters are in no key, and some turn into others when they become bytes
    if (!HeaderText.isValue(given)
        || !Secret.isOneOf(keys, given.getBytes(StandardCharsets.US_ASCII))) {
      throw RefusedException.unauthenticated(name + " is not a current key");
    }
  }

  @Override
  public String challenge(String prefix) {
    return prefix + nameAfterPrefix;
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
    if (!HeaderText.isValue(value)) {
      throw new IllegalArgumentException(
          "the key must be printable ASCII without a space at either end, since it travels in a header");
    }
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the key must have at most " + MAX_LENGTH + " characters: it has " + value.length());
    }
  }
}
