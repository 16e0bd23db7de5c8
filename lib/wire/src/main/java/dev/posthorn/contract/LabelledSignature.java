package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Time and signatures in one header, each after its label: {@code t=1614265330,v1=5f2c...}. The
 * signatures are HMAC-SHA256 over the time, a dot and the body, one by each current key.
 */
record LabelledSignature(String header, String timeLabel, String signatureLabel)
    implements Authentication {

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    String time = SignedTime.of(message.at());
    StringBuilder value = new StringBuilder(timeLabel).append('=').append(time);
    for (Secret key : keys) {
      value.append(',').append(signatureLabel).append('=').append(signature(key, time, body));
    }
    return Map.of(prefix + header, value.toString());
  }

  private static String signature(Secret key, String time, byte[] body) {
    return HexFormat.of().formatHex(Hmac.sha256(key, time, body));
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String name = prefix + header;
    String given = headers.proof(name);
    String time = time(name, given, now);
    List<String> signatures = labelled(signatureLabel, given);
    boolean known = false;
    for (Secret key : keys) {
      byte[] ours = signature(key, time, body).getBytes(US_ASCII);
      for (String one : signatures) {
        known |= MessageDigest.isEqual(one.getBytes(UTF_8), ours);
      }
    }
    if (!known) {
      throw RefusedException.unauthenticated(name + " is not a current key's");
    }
  }

  /** Of two times only one is signed, and who reads the other is deceived. */
  private String time(String name, String given, Instant now) {
    List<String> times = labelled(timeLabel, given);
    if (times.size() > 1) {
      throw RefusedException.malformed(name + " has more than one " + timeLabel + "=");
    }
    if (times.isEmpty()) {
      throw RefusedException.unauthenticated(name + " has no " + timeLabel + "=");
    }
    return SignedTime.check(name + "'s " + timeLabel, times.get(0), now);
  }

  /** The values after a label; what has another label is for receivers of another version. */
  private static List<String> labelled(String label, String given) {
    List<String> values = new ArrayList<>();
    for (String part : given.split(",", -1)) {
      String item = part.strip();
      if (item.startsWith(label + "=")) {
        values.add(item.substring(label.length() + 1));
      }
    }
    return values;
  }

  @Override
  public String challenge(String prefix) {
    return prefix + header;
  }

  @Override
  public boolean carriesSeveralKeys() {
    return true;
  }

  @Override
  public Secret newKey(RandomGenerator random) {
    return Hmac.newKey(random);
  }

  @Override
  public void check(Secret key) {
    Hmac.check(key);
  }
}
