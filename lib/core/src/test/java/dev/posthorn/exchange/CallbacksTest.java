package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.store.StoredWebhook;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallbacksTest {
  private static final String TEMPLATE = "https://api.acme.example/t/{tenant}/allow?token={token}";
  private static final DeliveryContract ASKING = Contracts.cloudEvents("events.acme.example");

  private final Random random = new Random(7);

  private static Target target(String id, DeliveryContract contract) {
    StoredWebhook stored = Samples.webhook(id, new Tenant("a+b"), contract.name(), "*");
    return new Target(stored, URI.create(stored.webhook().url()), contract);
  }

  private static String token(URI url) {
    String raw = url.toString().substring(url.toString().indexOf("token=") + 6);
    return URLDecoder.decode(raw, StandardCharsets.UTF_8);
  }

  @Test
  void aTokenTellsItsWebhookAndIsKnownByItsHashAlone() {
    Callbacks callbacks = Callbacks.by(TEMPLATE, random);
    Callbacks.Issued one = callbacks.issue(target("w.1", ASKING));
    Callbacks.Issued other = callbacks.issue(target("w.1", ASKING));
    assertNotNull(one);
    assertNotNull(other);
    String token = token(one.url());
    assertTrue(
        one.url().toString().startsWith("https://api.acme.example/t/a%2Bb/allow?token=w.1."));
    assertEquals(Optional.of(WebhookId.of("w.1")), Callbacks.webhook(token));
    assertEquals("w.1.".length() + 43, token.length(), "256 bits that cannot be guessed");
    assertTrue(Callbacks.matches(token, one.hash()));
    assertFalse(Callbacks.matches(token, other.hash()), "each is another one");
    assertFalse(Callbacks.matches(token, null));
    assertNotEquals(one.url(), other.url());
    assertFalse(one.toString().contains(token));
  }

  @Test
  void whatIsNoTokenNamesNoWebhook() {
    for (String text : List.of("", ".", "w", ".w", "a b\u0000.c")) {
      assertEquals(Optional.empty(), Callbacks.webhook(text), text);
    }
  }

  @Test
  void nobodyIsToldWhereTheContractDoesNotAskOrTheHostTakesNoCalls() {
    assertNull(Callbacks.by(TEMPLATE, random).issue(target("w", Contracts.oneHorizon())));
    assertNull(Callbacks.by(null, random).issue(target("w", ASKING)));
  }

  @Test
  void aUrlThatCannotTakeCallsIsRefused() {
    for (String unusable :
        List.of(
            "",
            "https://api.acme.example/allow",
            "http://api.acme.example/{token}",
            "https://{token}.acme.example/",
            "https://{token}.acme.example",
            "https://{token}",
            "https://{token}?x=y",
            "https://user:key@api.acme.example/{token}",
            "https://api.acme.example/{token}#f",
            "https://api.acme.example/{token}/{token}",
            "https://api.acme.example/{token} x",
            "/allow/{token}")) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> Callbacks.by(unusable, random), unusable);
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("a callback must be an https URL"));
    }
  }
}
