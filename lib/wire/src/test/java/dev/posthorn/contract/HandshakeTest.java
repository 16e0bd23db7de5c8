package dev.posthorn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The words of the handshake, which both ends share. */
class HandshakeTest {
  private static final RequestOrigin ORIGIN = RequestOrigin.of("events.acme.example");

  @Test
  void onlyTheOriginItselfOrAnAsteriskAllows() {
    assertTrue(Handshake.allows(ORIGIN, "events.acme.example"));
    assertTrue(Handshake.allows(ORIGIN, "Events.ACME.example"));
    assertTrue(Handshake.allows(ORIGIN, "*"));
    for (String other :
        List.of(
            "",
            "**",
            "*.acme.example",
            "acme.example",
            "events.acme.example.",
            "events.acme.example, other.example",
            "https://events.acme.example",
            "true")) {
      assertFalse(Handshake.allows(ORIGIN, other), other);
    }
    assertFalse(Handshake.allows(ORIGIN, null));
  }

  @Test
  void aRateIsAPositiveNumberOrAnAsterisk() {
    rate("1", OptionalInt.of(1));
    rate("120", OptionalInt.of(120));
    rate("0120", OptionalInt.of(120));
    rate("999999999", OptionalInt.of(999_999_999));
    rate("1000000000", OptionalInt.empty());
    rate("9".repeat(8_000), OptionalInt.empty());
    rate("*", OptionalInt.empty());
    for (String other :
        List.of(
            "", "0", "00", "-1", "+1", "1.5", "1e3", "0x10", "1 ", " 1", "**", "१", "1, 2", "x")) {
      assertEquals(Optional.empty(), AllowedRate.parse(other), other);
    }
    assertEquals(Optional.empty(), AllowedRate.parse(null));
  }

  @Test
  void aRateIsWrittenAsItIsRead() {
    for (String text : List.of("1", "120", "999999999", "*")) {
      assertEquals(text, AllowedRate.parse(text).orElseThrow().header());
    }
    assertEquals(AllowedRate.unlimited(), AllowedRate.parse("*").orElseThrow());
    for (int wrong : new int[] {0, -1, 1_000_000_000}) {
      assertEquals(
          "a rate must be 1 to 999999999 requests a minute: " + wrong,
          assertThrows(IllegalArgumentException.class, () -> AllowedRate.perMinute(wrong))
              .getMessage());
    }
  }

  @Test
  void anOriginIsADnsName() {
    String longest = ("a".repeat(63) + ".").repeat(3) + "b".repeat(61);
    for (String name :
        List.of(
            "events.acme.example",
            "a",
            "localhost",
            "x-1.example",
            "xn--bcher-kva.example",
            "3com.example",
            "a.1b",
            longest)) {
      assertEquals(name, RequestOrigin.of(name).name());
    }
    for (String name :
        List.of(
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a_b",
            "a b",
            "bücher.example",
            "*.example",
            "https://a.example",
            "a.example:443",
            "a/b",
            "10.0.0.1",
            "1",
            "a.1",
            "[::1]",
            "a\n",
            "a".repeat(64),
            longest + "b")) {
      assertEquals(
          "an origin must be a DNS name such as events.example.com: \"" + name + "\"",
          assertThrows(IllegalArgumentException.class, () -> RequestOrigin.of(name)).getMessage());
    }
  }

  @Test
  void namesThatDifferInCaseAreOneOrigin() {
    RequestOrigin shouted = RequestOrigin.of("EVENTS.acme.example");
    assertEquals(ORIGIN, shouted);
    assertEquals(ORIGIN.hashCode(), shouted.hashCode());
    assertEquals("EVENTS.acme.example", shouted.toString());
    assertNotEquals(ORIGIN, RequestOrigin.of("acme.example"));
  }

  private static void rate(String header, OptionalInt expected) {
    assertEquals(expected, AllowedRate.parse(header).orElseThrow().perMinute(), header);
  }
}
