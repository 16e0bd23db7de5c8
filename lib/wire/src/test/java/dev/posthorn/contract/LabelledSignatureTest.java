package dev.posthorn.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Time and signatures in one header, as Stripe has them. */
class LabelledSignatureTest {
  private static final Authentication STRIPE = HmacSignature.labelled("Signature", "t", "v1");
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
  private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
  private static final Message MESSAGE =
      new Message("dlv_1", "whk_1", "evt_1", "/s", "a.b", AT, 0, null);
  private static final Secret OLD = Secret.of("whsec_old");
  private static final Secret NEW = Secret.of("whsec_new");

  @Test
  void eachCurrentKeySignsTheTimeAndTheBodyNewestFirst() {
    String value = sent(NEW, OLD);

    assertEquals("t=1614265330,v1=" + hex(NEW) + ",v1=" + hex(OLD), value);
    assertTrue(STRIPE.carriesSeveralKeys());
    assertEquals(Map.of(), STRIPE.headers("Stripe-", MESSAGE, BODY, List.of()));
  }

  @Test
  void anyCurrentKeyIsEnoughWhileAKeyIsRotated() {
    assertAccepted(sent(NEW, OLD), OLD);
    assertAccepted(sent(NEW, OLD), NEW);
    assertAccepted(sent(OLD), NEW, OLD);
    assertRefused("Stripe-Signature is not a current key's", sent(OLD), NEW);
  }

  @Test
  void labelsOfOtherVersionsArePassedOver() {
    assertAccepted("v0=abc, t=1614265330 ,x,=,v2=" + hex(OLD) + ", v1=00, v1=" + hex(OLD), OLD);
    assertRefused("Stripe-Signature is not a current key's", "t=1614265330,v0=" + hex(OLD), OLD);
  }

  @Test
  void whatIsNoSignatureIsRefused() {
    for (String signature :
        List.of(
            "", hex(OLD).substring(1), hex(OLD) + "0", hex(OLD).toUpperCase(Locale.ROOT), " ")) {
      assertRefused("Stripe-Signature is not a current key's", "t=1614265330,v1=" + signature, OLD);
    }
    assertRefused("Stripe-Signature is not a current key's", "t=1614265330", OLD);
    assertRefused("Stripe-Signature has no t=", "v1=" + hex(OLD), OLD);
    assertRefused("Stripe-Signature has no t=", "x", OLD);
    assertRefused("Stripe-Signature is missing", "", OLD);
    for (String time : List.of("", "-1614265330", "+1614265330", "1614265330.0", "9".repeat(19))) {
      assertRefused(
          "Stripe-Signature's t must be a time in seconds since 1970",
          "t=" + time + ",v1=" + hex(OLD),
          OLD);
    }
    RefusedException missing =
        assertThrows(
            RefusedException.class,
            () -> STRIPE.verify("Stripe-", RequestHeaders.of(Map.of()), BODY, List.of(OLD), AT));
    assertEquals("Stripe-Signature is missing", missing.reason());
  }

  @Test
  void twoTimesOrTwoHeadersAreRefused() {
    String value = sent(OLD);
    for (String twice : List.of("t=1," + value, value + ",t=1", value + ", " + value)) {
      RefusedException refused = refusal(twice, AT, OLD);
      assertEquals("Stripe-Signature has more than one t=", refused.reason());
      assertEquals(400, refused.status());
    }
    RequestHeaders headers = RequestHeaders.of(Map.of("Stripe-Signature", List.of(value, value)));
    assertEquals(
        400,
        assertThrows(
                RefusedException.class,
                () -> STRIPE.verify("Stripe-", headers, BODY, List.of(OLD), AT))
            .status());
  }

  @Test
  void aTimeThatIsFarFromTheReceiversIsRefused() {
    for (int seconds : new int[] {-301, 301}) {
      assertEquals(
          "Stripe-Signature's t is more than 300 seconds from now",
          refusal(sent(OLD), AT.plusSeconds(seconds), OLD).reason());
    }
    for (int seconds : new int[] {-300, 300}) {
      assertDoesNotThrow(() -> verify(sent(OLD), AT.plusSeconds(seconds), OLD));
    }
  }

  @Test
  void labelsAreLettersAndDigitsAndDiffer() {
    for (String label : List.of("", "a=", "a,b", " a", "ä")) {
      assertEquals(
          "a label must consist of letters and digits: \"" + label + "\"",
          assertThrows(
                  IllegalArgumentException.class, () -> HmacSignature.labelled("S", label, "v1"))
              .getMessage());
    }
    assertEquals(
        "both labels are \"t\": they must differ",
        assertThrows(IllegalArgumentException.class, () -> HmacSignature.labelled("S", "t", "t"))
            .getMessage());
    assertEquals(
        "no header can be named \"S:\"",
        assertThrows(IllegalArgumentException.class, () -> HmacSignature.labelled("S:", "t", "v1"))
            .getMessage());
  }

  @Test
  void keysAreThoseOfEveryHmac() {
    assertTrue(STRIPE.newKey(new Random(1)).reveal().matches("[0-9a-f]{64}"));
    assertEquals(
        "the key must have at most 1024 bytes: it has 1025",
        assertThrows(
                IllegalArgumentException.class, () -> STRIPE.check(Secret.of("k".repeat(1025))))
            .getMessage());
  }

  private static String hex(Secret key) {
    HmacSignature plain = HmacSignature.in("S").withTimestamp("T");
    return String.valueOf(plain.headers("", MESSAGE, BODY, List.of(key)).get("S"));
  }

  private static String sent(Secret... keys) {
    return String.valueOf(
        STRIPE.headers("Stripe-", MESSAGE, BODY, List.of(keys)).get("Stripe-Signature"));
  }

  private static void assertAccepted(String header, Secret... keys) {
    assertDoesNotThrow(() -> verify(header, AT, keys));
  }

  private static void assertRefused(String why, String header, Secret... keys) {
    RefusedException refused = refusal(header, AT, keys);
    assertEquals(why, refused.reason());
    assertEquals(401, refused.status());
  }

  private static RefusedException refusal(String header, Instant now, Secret... keys) {
    return assertThrows(RefusedException.class, () -> verify(header, now, keys), header);
  }

  private static void verify(String header, Instant now, Secret... keys) {
    RequestHeaders headers = RequestHeaders.of(Map.of("stripe-signature", List.of(header)));
    STRIPE.verify("Stripe-", headers, BODY, List.of(keys), now);
  }
}
