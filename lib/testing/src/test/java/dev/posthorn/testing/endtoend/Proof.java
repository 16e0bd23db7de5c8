package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures made by the platform alone, as the documents describe them. */
final class Proof {

  private Proof() {}

  /** HMAC-SHA256 in hexadecimal digits, by a key that is text. */
  static String hex(String key, String message) throws GeneralSecurityException {
    return HexFormat.of().formatHex(hmac(key.getBytes(UTF_8), message));
  }

  /** Of Standard Webhooks: {@code v1,} and base64. */
  static String v1(String whsec, String id, String time, String body)
      throws GeneralSecurityException {
    byte[] key = Base64.getDecoder().decode(whsec.substring("whsec_".length()));
    byte[] signature = hmac(key, id + "." + time + "." + body);
    return "v1," + Base64.getEncoder().encodeToString(signature);
  }

  /** Of Standard Webhooks: {@code v1a,} and base64, by the seed that a {@code whsk_} key is. */
  static String v1a(String whsk, String id, String time, String body)
      throws GeneralSecurityException {
    byte[] key = Base64.getDecoder().decode(whsk.substring("whsk_".length()));
    byte[] seed = Arrays.copyOf(key, 32);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
    signature.update((id + "." + time + "." + body).getBytes(UTF_8));
    return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
  }

  private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message.getBytes(UTF_8));
  }
}
