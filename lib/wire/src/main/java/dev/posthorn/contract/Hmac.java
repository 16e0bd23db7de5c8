package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** HMAC with SHA-256 (RFC 2104), over parts as if they were one text; and its keys. */
final class Hmac {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LONGEST_KEY = 1024;

  private Hmac() {}

  /**
   * The 32 bytes.
   *
   * @param key at least one byte
   */
  static byte[] sha256(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Over a body; with a time, over that, a dot and the body. The key's text is used in UTF-8. */
  static byte[] sha256(Secret key, @Nullable String time, byte[] body) {
    byte[] bytes = key.reveal().getBytes(UTF_8);
    return time == null ? sha256(bytes, body) : sha256(bytes, (time + ".").getBytes(UTF_8), body);
  }

  /** A key whose text is used in UTF-8: 32 random bytes in hexadecimal digits. */
  static Secret newKey(RandomGenerator random) {
    return Secret.random(random, HexFormat.of()::formatHex);
  }

  /**
   * Checks a key whose text is used in UTF-8.
   *
   * @throws IllegalArgumentException if it has more than 1,024 bytes
   */
  static void check(Secret key) {
    int length = key.reveal().getBytes(UTF_8).length;
    if (length > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "the key must have at most " + LONGEST_KEY + " bytes: it has " + length);
    }
  }
}
