package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSpecTest {
  private static final WebhookSpec SPEC = WebhookSpec.to("https://customer.example/hooks");

  private static String refusedLabel(String label) {
    return message(assertThrows(InvalidWebhookException.class, () -> SPEC.label(label)));
  }

  private static String refusedMetadata(Map<String, String> metadata) {
    return message(assertThrows(InvalidWebhookException.class, () -> SPEC.metadata(metadata)));
  }

  private static String message(InvalidWebhookException refused) {
    return String.valueOf(refused.getMessage());
  }

  private static Map<String, String> entries(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "n" + i, i -> "v", (a, b) -> a, LinkedHashMap::new));
  }

  @Test
  void thereIsNoLabelAndNoMetadataUnlessTheyAreGiven() {
    assertEquals("", SPEC.label());
    assertEquals(Map.of(), SPEC.metadata());
    assertEquals("", SPEC.label("shop").label("").label());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Läden", "\ud83d\udcef", "\u05e9\u05dc\u05d5\u05dd", "\uffff"})
  void anyTextCanBeALabel(String label) {
    assertEquals(label, SPEC.label(label).label());
  }

  @Test
  void aLabelHasItsLimits() {
    assertEquals(200, SPEC.label("x".repeat(200)).label().length());
    assertEquals("a label may have at most 200 characters, has 201", refusedLabel("x".repeat(201)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\t", "\u0000", "\u007f", "\u0085"})
  void aLabelHoldsNoControlCharacters(String label) {
    assertEquals("a label must not hold control characters", refusedLabel(label));
  }

  @Test
  void noTextHoldsALoneSurrogate() {
    assertEquals("a label must not hold a lone surrogate", refusedLabel("a\ud83d"));
    assertEquals("a label must not hold a lone surrogate", refusedLabel("\udcef\ud83d"));
    assertEquals(
        "the metadata \"note\" must hold neither NUL nor a lone surrogate",
        refusedMetadata(Map.of("note", "\udcef")));
    assertEquals(
        "the metadata \"note\" must hold neither NUL nor a lone surrogate",
        refusedMetadata(Map.of("note", "a\0")));
  }

  @Test
  void metadataKeepsItsOrderAndIsReplacedWhole() {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("z", "1\r\n\t");
    given.put("a", "");
    WebhookSpec spec = SPEC.metadata(given);
    given.put("later", "x");
    assertEquals(List.of("z", "a"), List.copyOf(spec.metadata().keySet()));
    assertEquals("1\r\n\t", spec.metadata().get("z"));
    assertThrows(UnsupportedOperationException.class, () -> spec.metadata().put("b", ""));
    assertEquals(Map.of("b", "2"), spec.metadata(Map.of("b", "2")).metadata());
    assertEquals(Map.of(), spec.metadata(Map.of()).metadata());
  }

  @Test
  void metadataHasItsLimits() {
    assertEquals(20, SPEC.metadata(entries(20)).metadata().size());
    assertEquals("metadata may have at most 20 entries, has 21", refusedMetadata(entries(21)));
    assertEquals(1, SPEC.metadata(Map.of("n".repeat(64), "v".repeat(500))).metadata().size());
    assertEquals(
        "the metadata \"note\" may have at most 500 characters, has 501",
        refusedMetadata(Map.of("note", "v".repeat(501))));
  }

  @Test
  void aNameOfMetadataIsVisibleAscii() {
    for (String name : List.of("", "a b", "n\u00e4me", "a\n", "\u007f", "n".repeat(65))) {
      assertEquals(
          "a name of metadata must be 1 to 64 of printable ASCII without spaces: \"" + name + "\"",
          refusedMetadata(Map.of(name, "v")));
    }
    assertEquals(1, SPEC.metadata(Map.of("!~", "v")).metadata().size());
  }

  @Test
  void whatIsSetStaysWhenOtherThingsAreSet() {
    WebhookSpec spec = SPEC.label("shop").metadata(Map.of("by", "ann"));
    WebhookSpec changed =
        spec.url("https://b.example/")
            .id(WebhookId.of("a"))
            .contract("c")
            .events("x")
            .secret(Secret.of("k"))
            .withoutSecret();
    assertEquals("shop", changed.label());
    assertEquals(Map.of("by", "ann"), changed.metadata());
    assertEquals(Set.of(new EventPattern("x")), changed.label("other").events());
  }

  @Test
  void aWebhookGivesThemToItsSpecAndShowsThemToNobody() {
    Webhook webhook =
        new Webhook(
            WebhookId.of("a"),
            Tenant.DEFAULT,
            "https://customer.example/hooks",
            "c",
            Set.of(),
            "Ann's shop",
            Map.of("by", "ann"),
            null,
            null,
            "12345678",
            Instant.EPOCH);
    assertEquals("Ann's shop", webhook.spec().label());
    assertEquals(Map.of("by", "ann"), webhook.spec().metadata());
    assertEquals(webhook, webhook.disabled("x").disabled(null));
    assertEquals("Ann's shop", webhook.secretFingerprint("87654321").label());
    for (Object shown : List.of(webhook, webhook.spec())) {
      assertTrue(shown.toString().contains("customer.example"));
      assertFalse(shown.toString().toLowerCase(Locale.ROOT).contains("ann"));
    }
  }
}
