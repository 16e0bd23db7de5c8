package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every scheme, whatever the body and the keys. */
class SignatureLawsTest {
  private static final Instant AT = Instant.ofEpochSecond(1_780_000_000);
  private static final Message MESSAGE =
      new Message("dlv_1", "wh_1", "evt_1", "/s", "a.b", AT, 0, null);
  private static final List<Authentication> SIGNED =
      List.of(
          new StandardSignature(),
          HmacSignature.in("Signature"),
          HmacSignature.in("Signature").after("sha256="),
          HmacSignature.in("Signature").withTimestamp("Timestamp"),
          HmacSignature.labelled("Signature", "t", "v1"));
  private static final List<Authentication> SHARED =
      List.of(new BearerToken(), new SharedKey("Key"));

  @Provide
  Arbitrary<Authentication> signed() {
    return Arbitraries.of(SIGNED);
  }

  @Provide
  Arbitrary<Authentication> all() {
    return Arbitraries.oneOf(Arbitraries.of(SIGNED), Arbitraries.of(SHARED));
  }

  @Property(tries = 500)
  void whatIsSentIsAcceptedByEveryReceiverThatHasTheNewestKey(
      @ForAll("all") Authentication scheme,
      @ForAll byte[] body,
      @ForAll Random random,
      @ForAll @IntRange(max = 2) int older) {
    List<Secret> keys = keys(scheme, random, older + 1);
    Map<String, String> headers = scheme.headers("X-", MESSAGE, body, keys);

    verify(scheme, headers, body, keys.get(0));
    verify(scheme, headers, body, scheme.newKey(random), keys.get(0));
  }

  @Property(tries = 500)
  void anOlderKeyIsEnoughExactlyWhereTheSchemeCarriesSeveral(
      @ForAll("all") Authentication scheme, @ForAll byte[] body, @ForAll Random random) {
    List<Secret> keys = keys(scheme, random, 2);
    Map<String, String> headers = scheme.headers("X-", MESSAGE, body, keys);

    if (scheme.carriesSeveralKeys()) {
      verify(scheme, headers, body, keys.get(1));
    } else {
      assertEquals(401, refusal(scheme, headers, body, keys.get(1)).status());
    }
  }

  @Property(tries = 500)
  void anotherKeyProvesNothingAndIsNotShown(
      @ForAll("all") Authentication scheme, @ForAll byte[] body, @ForAll Random random) {
    Secret sender = scheme.newKey(random);
    Secret receiver = scheme.newKey(random);
    Map<String, String> headers = scheme.headers("X-", MESSAGE, body, List.of(sender));
    RefusedException refused = refusal(scheme, headers, body, receiver);

    assertEquals(401, refused.status());
    for (Secret key : List.of(sender, receiver)) {
      assertFalse(String.valueOf(refused.getMessage()).contains(key.reveal()));
      assertFalse(scheme.toString().contains(key.reveal()));
    }
  }

  @Property(tries = 1000)
  void aBodyThatDiffersInOneBitIsRefused(
      @ForAll("signed") Authentication scheme, @ForAll byte[] body, @ForAll Random random) {
    Assume.that(body.length > 0);
    Secret key = scheme.newKey(random);
    Map<String, String> headers = scheme.headers("X-", MESSAGE, body, List.of(key));
    byte[] changed = body.clone();
    changed[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));

    assertEquals(401, refusal(scheme, headers, changed, key).status());
  }

  @Property(tries = 500)
  void aBodyThatIsLongerOrShorterIsRefused(
      @ForAll("signed") Authentication scheme, @ForAll byte[] body, @ForAll Random random) {
    Secret key = scheme.newKey(random);
    Map<String, String> headers = scheme.headers("X-", MESSAGE, body, List.of(key));

    refusal(scheme, headers, Arrays.copyOf(body, body.length + 1), key);
    if (body.length > 0) {
      refusal(scheme, headers, Arrays.copyOf(body, body.length - 1), key);
    }
  }

  @Property(tries = 1000)
  void aHeaderThatDiffersInOneCharacterIsRefused(
      @ForAll("all") Authentication scheme,
      @ForAll byte[] body,
      @ForAll Random random,
      @ForAll @IntRange(min = 0x21, max = 0x7e) int other) {
    Secret key = scheme.newKey(random);
    Map<String, String> headers = new HashMap<>(scheme.headers("X-", MESSAGE, body, List.of(key)));
    List<String> names = headers.keySet().stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    String value = String.valueOf(headers.get(name));
    String changed = changed(value, random.nextInt(value.length()), (char) other);
    Assume.that(!sameProof(value, changed));
    headers.put(name, changed);

    refusal(scheme, headers, body, key);
  }

  /** The scheme's name and hexadecimal digits count whatever their case, base64 by its bytes. */
  private static boolean sameProof(String value, String changed) {
    return value.equalsIgnoreCase(changed) || Arrays.equals(decoded(value), decoded(changed));
  }

  private static byte[] decoded(String value) {
    try {
      return value.startsWith("v1,")
          ? Base64.getDecoder().decode(value.substring(3))
          : value.getBytes(UTF_8);
    } catch (IllegalArgumentException e) {
      return value.getBytes(UTF_8);
    }
  }

  private static String changed(String text, int at, char other) {
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static List<Secret> keys(Authentication scheme, Random random, int count) {
    return Stream.generate(() -> scheme.newKey(random)).limit(count).toList();
  }

  private static RefusedException refusal(
      Authentication scheme, Map<String, String> headers, byte[] body, Secret key) {
    return assertThrows(RefusedException.class, () -> verify(scheme, headers, body, key));
  }

  private static void verify(
      Authentication scheme, Map<String, String> headers, byte[] body, Secret... keys) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    scheme.verify("X-", RequestHeaders.of(lists), body, List.of(keys), AT);
  }
}
