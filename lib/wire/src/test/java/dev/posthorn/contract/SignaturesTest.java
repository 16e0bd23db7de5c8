package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Signatures against published vectors, and what receivers make of anything else. */
class SignaturesTest {
  private static final Secret SYMMETRIC = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final Secret PRIVATE =
      Secret.of(
          "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==");
  private static final Secret PUBLIC =
      Secret.of("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
  private static final String V1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  private static final String V1A =
      "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
  private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
  private static final Message MESSAGE =
      new Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "whk_1", "evt_1", "/s", "a.b", AT, 0, null);
  private static final Authentication STANDARD = new StandardSignature();
  private static final HmacSignature GITHUB = HmacSignature.in("Signature-256").after("sha256=");

  // --- Standard Webhooks

  @Test
  void theStandardsVectorsAreMet() {
    assertEquals(
        Map.of(
            "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp", "1614265330",
            "webhook-signature", V1),
        standard(SYMMETRIC));
    assertEquals(V1A, standard(PRIVATE).get("webhook-signature"));
  }

  @Test
  void eachCurrentKeySigns() {
    assertEquals(V1 + " " + V1A, standard(SYMMETRIC, PRIVATE).get("webhook-signature"));
    assertTrue(STANDARD.carriesSeveralKeys());
    assertFalse(standard().containsKey("webhook-signature"));
  }

  @Test
  void anyCurrentKeyIsEnough() {
    Secret other = STANDARD.newKey(new Random(1));
    for (Secret receiver : List.of(SYMMETRIC, PUBLIC, PRIVATE)) {
      assertAccepted(standard(SYMMETRIC, PRIVATE), other, receiver);
    }
    assertRefused(401, "webhook-signature is not a current key's", standard(SYMMETRIC), other);
    assertRefused(401, "webhook-signature is not a current key's", standard(SYMMETRIC), PUBLIC);
  }

  @Test
  void unknownVersionsAndRubbishArePassedOver() {
    Map<String, String> headers = new HashMap<>(standard(SYMMETRIC));
    headers.put("webhook-signature", "v9,AAAA v1,%%% v1 , v1a,AA v1, " + V1);
    assertAccepted(headers, SYMMETRIC);
    headers.put("webhook-signature", "v9,AAAA v1,%%% v1a,AA v1,");
    assertRefused(401, "webhook-signature is not a current key's", headers, SYMMETRIC, PUBLIC);
  }

  @Test
  void moreSignaturesThanAnySenderHasAreNotLookedAt() {
    Map<String, String> headers = new HashMap<>(standard(SYMMETRIC));
    headers.put("webhook-signature", "v1,AAAA ".repeat(9) + V1);
    assertAccepted(headers, SYMMETRIC);
    headers.put("webhook-signature", "v1,AAAA ".repeat(10) + V1);
    assertRefused(401, "webhook-signature has more than 10 signatures", headers, SYMMETRIC);
  }

  @Test
  void aTimeThatIsFarFromTheReceiversIsRefused() {
    Map<String, String> headers = standard(SYMMETRIC);
    for (int seconds : new int[] {-300, 300}) {
      assertDoesNotThrow(() -> verify(headers, BODY, AT.plusSeconds(seconds), SYMMETRIC));
    }
    for (int seconds : new int[] {-301, 301}) {
      RefusedException refused =
          assertThrows(
              RefusedException.class,
              () -> verify(headers, BODY, AT.plusSeconds(seconds), SYMMETRIC));
      assertEquals(401, refused.status());
      assertEquals("webhook-timestamp is more than 300 seconds from now", refused.reason());
    }
  }

  @Test
  void onlyStrictDecimalsAreATime() {
    for (String time :
        List.of(
            "-1614265330", "+1614265330", "1614265330.0", "0x60", "१६१४२६५३३०", "9".repeat(19))) {
      Map<String, String> headers = new HashMap<>(standard(SYMMETRIC));
      headers.put("webhook-timestamp", time);
      assertRefused(
          401, "webhook-timestamp must be a time in seconds since 1970", headers, SYMMETRIC);
    }
  }

  @Test
  void nothingThatIsSignedMayBeMissingOrRepeated() {
    for (String name : standard(SYMMETRIC).keySet()) {
      Map<String, String> headers = new HashMap<>(standard(SYMMETRIC));
      headers.remove(name);
      assertRefused(401, name + " is missing", headers, SYMMETRIC);
      headers.put(name, "");
      assertRefused(401, name + " is missing", headers, SYMMETRIC);

      Map<String, List<String>> twice = lists(standard(SYMMETRIC));
      twice.put(name.toUpperCase(Locale.ROOT), twice.get(name));
      RequestHeaders repeated = RequestHeaders.of(twice);
      RefusedException refused =
          assertThrows(
              RefusedException.class,
              () -> STANDARD.verify("webhook-", repeated, BODY, List.of(SYMMETRIC), AT));
      assertEquals(400, refused.status());
    }
  }

  @Test
  void keysOfAnotherFormAreRefusedWithoutBeingShown() {
    Map<String, String> unusable =
        Map.of(
            "password",
            "a key must begin with whsec_ (HMAC), whsk_ (ed25519, private) or whpk_ (public),"
                + " followed by base64",
            "whsec_AAAA",
            "a key that begins with whsec_ must have 24 to 64 bytes: it has 3",
            "whsec_ab!c",
            "a key that begins with whsec_ must be base64",
            "whsk_AAAA",
            "a key that begins with whsk_ must have 64 bytes: it has 3",
            PUBLIC.reveal(),
            "a key that begins with whpk_ is public and cannot sign: give the one with whsk_",
            PRIVATE.reveal().replace("6Xb/", "AAAA"),
            "the two halves of a key that begins with whsk_ must belong together");
    unusable.forEach(
        (key, why) -> {
          IllegalArgumentException refused =
              assertThrows(IllegalArgumentException.class, () -> STANDARD.check(Secret.of(key)));
          assertEquals(why, refused.getMessage());
        });
    assertDoesNotThrow(() -> STANDARD.checkReceiving(PUBLIC));
    assertDoesNotThrow(() -> STANDARD.check(STANDARD.newKey(new Random(1))));
  }

  // --- HMAC in hexadecimal digits

  @Test
  void gitHubsVectorIsMet() {
    Secret key = Secret.of("It's a Secret to Everybody");
    byte[] body = "Hello, World!".getBytes(UTF_8);
    assertEquals(
        Map.of(
            "X-Hub-Signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
        GITHUB.headers("X-Hub-", MESSAGE, body, List.of(key, SYMMETRIC)));
  }

  @Test
  void theTimeIsSignedWhereAskedFor() {
    HmacSignature timed = HmacSignature.in("Signature").withTimestamp("Timestamp");
    Secret key = timed.newKey(new Random(1));
    Map<String, String> headers = timed.headers("X-", MESSAGE, BODY, List.of(key));
    assertEquals("1614265330", headers.get("X-Timestamp"));
    verify(timed, headers, BODY, AT.plusSeconds(300), key);

    Map<String, String> later = new HashMap<>(headers);
    later.put("X-Timestamp", "1614265331");
    assertHmacRefused("X-Signature is not a current key's", timed, later, BODY, key);
    RefusedException old =
        assertThrows(
            RefusedException.class, () -> verify(timed, headers, BODY, AT.plusSeconds(301), key));
    assertEquals("X-Timestamp is more than 300 seconds from now", old.reason());
  }

  @Test
  void oneChangedBitIsRefused() {
    Secret key = GITHUB.newKey(new Random(1));
    Map<String, String> headers = GITHUB.headers("X-", MESSAGE, BODY, List.of(key));
    verify(GITHUB, headers, BODY, AT, Secret.of("another"), key);
    for (int bit = 0; bit < BODY.length * 8; bit++) {
      byte[] changed = BODY.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertHmacRefused("X-Signature-256 is not a current key's", GITHUB, headers, changed, key);
    }
  }

  @Test
  void whatIsNoSignatureIsRefused() {
    Secret key = GITHUB.newKey(new Random(1));
    String right =
        String.valueOf(GITHUB.headers("X-", MESSAGE, BODY, List.of(key)).get("X-Signature-256"));
    for (String wrong :
        List.of(
            "sha256=",
            "sha256=zz",
            right.substring(7),
            right + "00",
            "SHA256=" + right.substring(7))) {
      assertHmacRefused(
          "X-Signature-256 is not a current key's",
          GITHUB,
          Map.of("X-Signature-256", wrong),
          BODY,
          key);
    }
    assertHmacRefused("X-Signature-256 is missing", GITHUB, Map.of(), BODY, key);
  }

  @Test
  void onlyWhatAHeaderCanHoldIsTaken() {
    assertEquals(
        "no header can be named \"a b\"",
        assertThrows(IllegalArgumentException.class, () -> HmacSignature.in("a b")).getMessage());
    assertThrows(IllegalArgumentException.class, () -> GITHUB.withTimestamp("t:"));
    assertThrows(IllegalArgumentException.class, () -> GITHUB.after("ü"));
    assertEquals(
        "the key must have at most 1024 bytes: it has 1025",
        assertThrows(
                IllegalArgumentException.class, () -> GITHUB.check(Secret.of("k".repeat(1025))))
            .getMessage());
    assertFalse(GITHUB.carriesSeveralKeys());
    assertEquals(Map.of(), GITHUB.headers("X-", MESSAGE, BODY, List.of()));
  }

  // --- helpers

  private static Map<String, String> standard(Secret... keys) {
    return STANDARD.headers("webhook-", MESSAGE, BODY, List.of(keys));
  }

  private static void assertAccepted(Map<String, String> headers, Secret... keys) {
    verify(headers, BODY, AT, keys);
  }

  private static void assertRefused(
      int status, String why, Map<String, String> headers, Secret... keys) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> verify(headers, BODY, AT, keys));
    assertEquals(why, refused.reason());
    assertEquals(status, refused.status());
  }

  private static void assertHmacRefused(
      String why, HmacSignature scheme, Map<String, String> headers, byte[] body, Secret key) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> verify(scheme, headers, body, AT, key));
    assertEquals(why, refused.reason());
    assertEquals(401, refused.status());
  }

  private static void verify(
      Map<String, String> headers, byte[] body, Instant now, Secret... keys) {
    STANDARD.verify("webhook-", RequestHeaders.of(lists(headers)), body, List.of(keys), now);
  }

  private static void verify(
      HmacSignature scheme, Map<String, String> headers, byte[] body, Instant now, Secret... keys) {
    scheme.verify("X-", RequestHeaders.of(lists(headers)), body, List.of(keys), now);
  }

  private static Map<String, List<String>> lists(Map<String, String> headers) {
    return new HashMap<>(
        headers.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))));
  }
}
