package dev.posthorn.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.posthorn.delivery.EventKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What makes an event unique, in 32 bytes: no collation merges {@code A} and {@code a}, and no
 * index is too narrow.
 */
final class EventHash implements Comparable<EventHash> {
  private final byte[] bytes;

  private EventHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Lengths stand before the texts, so that no two keys give the same input. */
  static EventHash of(EventKey key) {
    return of(key.tenant().value(), key.source(), key.id());
  }

  static EventHash of(String... texts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] utf8 = text.getBytes(UTF_8);
        sha256.update((utf8.length + ":").getBytes(UTF_8));
        sha256.update(utf8);
      }
      return new EventHash(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static EventHash ofBytes(byte[] stored) {
    return new EventHash(stored);
  }

  /** Not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public int compareTo(EventHash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventHash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
