package dev.posthorn.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A key that is never printed: {@link #toString()} does not show it, it has no property that a JSON
 * mapper would find, and it cannot be serialised. Immutable and thread-safe.
 */
public final class Secret {
  // transient: mappers that look at fields leave it out
  private final transient String value;

  private Secret(String value) {
    this.value = value;
  }

  /**
   * Wraps a secret.
   *
   * @throws IllegalArgumentException if it is empty or holds a lone surrogate
   */
  public static Secret of(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    // all lone surrogates have the same bytes, so different secrets would be equal
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException("a secret must not hold a lone surrogate");
    }
    return new Secret(value);
  }

  /** Makes one of 32 random bytes, written as a scheme wants them. */
  static Secret random(RandomGenerator random, Function<byte[], String> text) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return of(text.apply(bytes));
  }

  /**
   * Looks at every key, whichever fits: the time tells nothing but how many there are, and how long
   * what was given is.
   */
  static boolean isOneOf(List<Secret> keys, byte[] given) {
    boolean known = false;
    for (Secret key : keys) {
      known |= MessageDigest.isEqual(given, key.bytes());
    }
    return known;
  }

  /** The secret itself; the one way to it. */
  public String reveal() {
    return value;
  }

  /**
   * What may be shown in its place: the first eight hexadecimal digits of its SHA-256, enough to
   * tell two keys apart. Whoever sees it can test guesses against it: a key has to be random.
   */
  public String fingerprint() {
    return HexFormat.of().toHexDigits(hashCode());
  }

  /** Takes a time that depends on the lengths only, not on what is equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  /** The {@link #fingerprint()} as a number: tells nothing that the fingerprint does not. */
  @Override
  public int hashCode() {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes())).getInt();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "Secret[redacted]";
  }

  private byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
