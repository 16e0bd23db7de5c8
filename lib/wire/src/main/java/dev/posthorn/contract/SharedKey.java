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
    String given = headers.single(name).orElse("");
    if (given.isEmpty()) {
      throw RefusedException.unauthenticated(name + " is missing");
    }
    // other characters are in no key, and some turn into others when they become bytes
    if (!HeaderText.isValue(given) || !isOneOf(keys, given)) {
      throw RefusedException.unauthenticated(name + " is not a current key");
    }
  }

  /** Looks at every key, whichever fits: the time tells nothing but how many there are. */
  private static boolean isOneOf(List<Secret> keys, String given) {
    byte[] bytes = given.getBytes(StandardCharsets.US_ASCII);
    boolean known = false;
    for (Secret key : keys) {
      known |= key.matches(bytes);
    }
    return known;
  }

  @Override
  public boolean carriesSeveralKeys() {
    return false;
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
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
