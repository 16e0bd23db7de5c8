package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Standard Webhooks 1.0.0: id, time and body signed together, by each current key, in one header
 * that holds several signatures. The id is the delivery's: equal ids of two sources' events must
 * not look like one message.
 */
record StandardSignature() implements Authentication {
  private static final String ID = "id";
  private static final String TIMESTAMP = "timestamp";
  private static final String SIGNATURE = "signature";
  private static final int MOST_SIGNATURES = 10;

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    String time = SignedTime.of(message.at());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(prefix + ID, message.deliveryId());
    headers.put(prefix + TIMESTAMP, time);
    List<String> signatures = new ArrayList<>();
    for (Secret secret : keys) {
      StandardKey key = StandardKey.of(secret);
      byte[] signature = key.sign(before(message.deliveryId(), time), body);
      if (signature == null) {
        throw new IllegalStateException(
            "a public key cannot sign: give the sender the private one");
      }
      signatures.add(key.version() + "," + Base64.getEncoder().encodeToString(signature));
    }
    if (!signatures.isEmpty()) {
      headers.put(prefix + SIGNATURE, String.join(" ", signatures));
    }
    return headers;
  }

  private static byte[] before(String id, String time) {
    return (id + "." + time + ".").getBytes(UTF_8);
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String id = headers.proof(prefix + ID);
    String given = headers.proof(prefix + SIGNATURE);
    String time = SignedTime.required(prefix + TIMESTAMP, headers, now);
    byte[] before = before(id, time);
    List<String> signatures = List.of(given.split(" ", MOST_SIGNATURES + 1));
    if (signatures.size() > MOST_SIGNATURES) { // each costs a look at the whole body
      throw RefusedException.unauthenticated(
          prefix + SIGNATURE + " has more than " + MOST_SIGNATURES + " signatures");
    }
    boolean known = false;
    for (Secret secret : keys) {
      StandardKey key = StandardKey.of(secret);
      for (String one : signatures) {
        known |= one.startsWith(key.version() + ",") && accepts(key, one, before, body);
      }
    }
    if (!known) {
      throw RefusedException.unauthenticated(prefix + SIGNATURE + " is not a current key's");
    }
  }

  private static boolean accepts(StandardKey key, String one, byte[] before, byte[] body) {
    byte[] encoded = one.substring(key.version().length() + 1).getBytes(US_ASCII);
    try {
      return key.accepts(Base64.getDecoder().decode(encoded), before, body);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  @Override
  public String challenge(String prefix) {
    return prefix + SIGNATURE;
  }

  @Override
  public boolean carriesSeveralKeys() {
    return true;
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    return Secret.random(
        random, bytes -> StandardKey.SYMMETRIC + Base64.getEncoder().encodeToString(bytes));
  }

  @Override
  public void check(Secret key) {
    byte[] any = {};
    if (StandardKey.of(key).sign(any) == null) {
      throw new IllegalArgumentException(
          "a key that begins with whpk_ is public and cannot sign: give the one with whsk_");
    }
  }

  @Override
  public void checkReceiving(Secret key) {
    StandardKey.of(key);
  }
}
