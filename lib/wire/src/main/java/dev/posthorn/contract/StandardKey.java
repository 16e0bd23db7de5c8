package dev.posthorn.contract;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A key in one of the three forms of Standard Webhooks, decoded. */
sealed interface StandardKey {
  String SYMMETRIC = "whsec_";
  String PRIVATE = "whsk_";
  String PUBLIC = "whpk_";
  int SHORTEST = 24;
  int LONGEST = 64;

  /** What stands before the comma of a signature. */
  String version();

  /** Empty if this key cannot sign. */
  byte @Nullable [] sign(byte[]... parts);

  /** True if a signature is this key's over the parts. */
  boolean accepts(byte[] signature, byte[]... parts);

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it has none of the forms; the message does not hold it
   */
  static StandardKey of(Secret secret) {
    String text = secret.reveal();
    if (text.startsWith(SYMMETRIC)) {
      byte[] bytes = decoded(text, SYMMETRIC);
      if (bytes.length < SHORTEST || bytes.length > LONGEST) {
        throw new IllegalArgumentException(
            "a key that begins with whsec_ must have 24 to 64 bytes: it has " + bytes.length);
      }
      return new Symmetric(bytes);
    }
    if (text.startsWith(PRIVATE)) {
      byte[] bytes = exactly(64, text, PRIVATE);
      byte[] seed = Arrays.copyOf(bytes, Ed25519.LENGTH);
      return Asymmetric.of(seed, Arrays.copyOfRange(bytes, Ed25519.LENGTH, bytes.length));
    }
    if (text.startsWith(PUBLIC)) {
      return new Asymmetric(null, exactly(Ed25519.LENGTH, text, PUBLIC));
    }
    throw new IllegalArgumentException(
        "a key must begin with whsec_ (HMAC), whsk_ (ed25519, private) or whpk_ (public), followed"
            + " by base64");
  }

  private static byte[] exactly(int length, String text, String prefix) {
    byte[] bytes = decoded(text, prefix);
    if (bytes.length != length) {
      throw new IllegalArgumentException(
          "a key that begins with "
              + prefix
              + " must have "
              + length
              + " bytes: it has "
              + bytes.length);
    }
    return bytes;
  }

  private static byte[] decoded(String text, String prefix) {
    try {
      return Base64.getDecoder().decode(text.substring(prefix.length()));
    } catch (IllegalArgumentException e) { // its message quotes a character of the key
      throw new IllegalArgumentException("a key that begins with " + prefix + " must be base64");
    }
  }

  /** {@code v1}: HMAC with SHA-256. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never printed
  record Symmetric(byte[] key) implements StandardKey {
    @Override
    public String version() {
      return "v1";
    }

    @Override
    public byte[] sign(byte[]... parts) {
      return Hmac.sha256(key, parts);
    }

    @Override
    public boolean accepts(byte[] signature, byte[]... parts) {
      return MessageDigest.isEqual(signature, sign(parts));
    }
  }

  /** {@code v1a}: ed25519 (RFC 8032). */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never printed
  record Asymmetric(byte @Nullable [] seed, byte[] publicKey) implements StandardKey {

    static Asymmetric of(byte[] seed, byte[] publicKey) {
      byte[] any = {};
      if (!Ed25519.accepts(publicKey, Ed25519.sign(seed, any), any)) {
        throw new IllegalArgumentException(
            "the two halves of a key that begins with whsk_ must belong together");
      }
      return new Asymmetric(seed, publicKey);
    }

    @Override
    public String version() {
      return "v1a";
    }

    @Override
    public byte @Nullable [] sign(byte[]... parts) {
      return seed == null ? null : Ed25519.sign(seed, parts);
    }

    @Override
    public boolean accepts(byte[] signature, byte[]... parts) {
      return Ed25519.accepts(publicKey, signature, parts);
    }
  }
}
