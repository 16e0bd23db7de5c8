package dev.posthorn.contract;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * HMAC with SHA-256 in hexadecimal digits, in one header; the key is the secret's text in UTF-8.
 * GitHub's form for example:
 *
 * <pre>{@code
 * HmacSignature.in("Signature-256").after("sha256=")
 * }</pre>
 *
 * <p>It covers the body, and no time unless {@link #withTimestamp} is asked for: without one,
 * whoever has seen a request can send it again, at any time. It covers no other header: where the
 * event's id and source stand in some, as in {@link Contracts#signedJson()}, it can be sent again
 * under others, so that remembering them is no defence. TLS keeps others from seeing requests. It
 * carries one signature, by the newest key: after a rotation the receiver must accept both keys for
 * a while. {@link #labelled} carries one by each key.
 *
 * <p>Immutable and thread-safe.
 */
public final class HmacSignature implements Authentication {
  private final String header;
  private final String before;
  private final @Nullable String timestamp;

  private HmacSignature(String header, String before, @Nullable String timestamp) {
    this.header = Objects.requireNonNull(header, "header");
    this.before = before;
    this.timestamp = timestamp;
  }

  /**
   * Over the body, as bare digits.
   *
   * @param header the header's name, after the contract's prefix
   * @throws IllegalArgumentException if no header can be named so
   */
  public static HmacSignature in(String header) {
    return new HmacSignature(named(header), "", null);
  }

  /**
   * Time and signatures in one header, each after a label. There is one signature by each current
   * key, newest first, so that a rotation overlaps. They cover the attempt's time in seconds since
   * 1970, a dot, and the body. Receivers refuse a time that is more than 300 seconds from theirs,
   * and pass over labels that they do not know. Stripe's form for example, {@code Stripe-Signature:
   * t=1614265330,v1=5f2c...}:
   *
   * <pre>{@code
   * DeliveryContract.of("payments", Contracts.notification().wire())
   *     .headerPrefix("Stripe-")
   *     .authentication(HmacSignature.labelled("Signature", "t", "v1"));
   * }</pre>
   *
   * @param header the header's name, after the contract's prefix
   * @param time the label of the time
   * @param signature the label of each signature
   * @throws IllegalArgumentException if no header can be named so, or a label is not letters and
   *     digits, or both are the same
   */
  public static Authentication labelled(String header, String time, String signature) {
    for (String label : List.of(time, signature)) {
      if (!label.matches("[A-Za-z0-9]+")) {
        throw new IllegalArgumentException(
            "a label must consist of letters and digits: \"" + label + "\"");
      }
    }
    if (time.equals(signature)) {
      throw new IllegalArgumentException("both labels are \"" + time + "\": they must differ");
    }
    return new LabelledSignature(named(header), time, signature);
  }

  /**
   * The same with something before the digits, for example {@code sha256=}.
   *
   * @throws IllegalArgumentException if no header can hold it
   */
  public HmacSignature after(String text) {
    if (!HeaderText.isValue(text)) {
      throw new IllegalArgumentException(
          "what stands before a signature must be printable ASCII: \"" + text + "\"");
    }
    return new HmacSignature(header, text, timestamp);
  }

  /**
   * The same over the attempt's time, a dot, and the body. The time has a header of its own, in
   * seconds since 1970; receivers refuse one that is more than 300 seconds from theirs.
   *
   * @param name the header's name, after the contract's prefix
   * @throws IllegalArgumentException if no header can be named so
   */
  public HmacSignature withTimestamp(String name) {
    return new HmacSignature(header, before, named(name));
  }

  private static String named(String header) {
    if (!HeaderText.isName(header)) {
      throw new IllegalArgumentException("no header can be named \"" + header + "\"");
    }
    return header;
  }

  @Override
  public Map<String, String> headers(
      String prefix, Message message, byte[] body, List<Secret> keys) {
    Map<String, String> headers = new LinkedHashMap<>();
    String time = SignedTime.of(message.at());
    if (timestamp != null) {
      headers.put(prefix + timestamp, time);
    }
    if (!keys.isEmpty()) {
      byte[] mac = Hmac.sha256(keys.get(0), timestamp == null ? null : time, body);
      headers.put(prefix + header, before + HexFormat.of().formatHex(mac));
    }
    return headers;
  }

  @Override
  public void verify(
      String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
    String name = prefix + header;
    String given = headers.proof(name);
    String time = timestamp == null ? null : SignedTime.required(prefix + timestamp, headers, now);
    byte[] signature = signature(given);
    boolean known = false;
    for (Secret key : keys) {
      known |= MessageDigest.isEqual(signature, Hmac.sha256(key, time, body));
    }
    if (!known) {
      throw RefusedException.unauthenticated(name + " is not a current key's");
    }
  }

  /** Empty for what is no signature, which no key makes. */
  private byte[] signature(String given) {
    try {
      return given.startsWith(before)
          ? HexFormat.of().parseHex(given, before.length(), given.length())
          : new byte[0];
    } catch (IllegalArgumentException notHex) {
      return new byte[0];
    }
  }

  @Override
  public String challenge(String prefix) {
    return prefix + header;
  }

  @Override
  public boolean carriesSeveralKeys() {
    return false;
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
