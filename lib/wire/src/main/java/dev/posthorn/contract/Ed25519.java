package dev.posthorn.contract;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Signatures with ed25519 (RFC 8032) by the JDK, keys as the 32 bytes that they are on paper. */
final class Ed25519 {
  /** Of a private key, which is a seed, and of a public key. */
  static final int LENGTH = 32;

  private static final String ALGORITHM = "Ed25519";

  private Ed25519() {}

  static byte[] sign(byte[] seed, byte[]... parts) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
      for (byte[] part : parts) {
        signature.update(part);
      }
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has " + ALGORITHM, e);
    }
  }

  /** False also for what is no signature, or where the key is no point of the curve. */
  static boolean accepts(byte[] publicKey, byte[] signed, byte[]... parts) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key(publicKey));
      for (byte[] part : parts) {
        signature.update(part);
      }
      return signature.verify(signed);
    } catch (SignatureException | InvalidKeyException malformed) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 15 has " + ALGORITHM, e);
    }
  }

  /** The y coordinate, little-endian, with the sign of x in the topmost bit (RFC 8032, 5.1.2). */
  private static PublicKey key(byte[] bytes) throws GeneralSecurityException {
    byte[] y = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      y[i] = bytes[LENGTH - 1 - i];
    }
    boolean odd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
    return KeyFactory.getInstance(ALGORITHM)
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}
