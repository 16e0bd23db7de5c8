package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSpecTest {
  private static final WebhookSpec SPEC = WebhookSpec.to("https://customer.example/hooks");
  private static final Secret VALUE = Secret.of("canary-value");

  private static String refused(String name, String value) {
    InvalidWebhookException refused =
        assertThrows(
            InvalidWebhookException.class, () -> SPEC.header(name, Secret.of(value)), name);
    return String.valueOf(refused.getMessage());
  }

  @Test
  void nothingIsChosenUnlessItIsSaid() {
    assertEquals(WebhookSettings.NONE, SPEC.settings());
    assertEquals(Map.of(), SPEC.givenHeaders());
  }

  @Test
  void whatIsChosenCanBeTakenBack() {
    WebhookSpec chosen =
        SPEC.header("X-Api-Key", VALUE)
            .rate(Rate.of(5, Duration.ofSeconds(1)))
            .concurrency(2)
            .timeout(Duration.ofMillis(1))
            .tls("bank");
    assertEquals(
        new WebhookSettings(
            Map.of("X-Api-Key", VALUE.fingerprint()),
            Rate.of(5, Duration.ofSeconds(1)),
            2,
            Duration.ofMillis(1),
            "bank",
            null),
        chosen.settings());
    assertEquals(
        WebhookSettings.NONE,
        chosen
            .withoutHeader("x-api-key")
            .withoutRate()
            .withoutConcurrency()
            .withoutTimeout()
            .withoutTls()
            .settings());
  }

  @Test
  void namesOfHeadersAreEqualInAnyCase() {
    WebhookSpec spec = SPEC.header("X-Api-Key", Secret.of("first")).header("x-API-key", VALUE);
    assertEquals(Map.of("x-API-key", VALUE), spec.givenHeaders());
    assertEquals(Set.of("x-API-key"), spec.settings().headers().keySet());
  }

  @Test
  void headersReplaceAllThatWereThere() {
    WebhookSpec spec = SPEC.header("X-Old", VALUE).headers(Map.of("X-New", VALUE));
    assertEquals(Set.of("X-New"), spec.settings().headers().keySet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host | it comes from the URL",
        "content-type | the body's format says what the content is",
        "Content-Length | the body's format says what the content is",
        "Content-Encoding | the body's format says what the content is",
        "Transfer-Encoding | it frames the message, and the HTTP client sets it",
        "Trailer | it frames the message, and the HTTP client sets it",
        "Connection | it is about one connection, not about the event",
        "Keep-Alive | it is about one connection, not about the event",
        "TE | it is about one connection, not about the event",
        "Upgrade | it is about one connection, not about the event",
        "Proxy-Authorization | it is about one connection, not about the event",
        "Expect | the request is sent whole, without asking first",
        "COOKIE | no cookies are sent or kept",
        "Accept-Encoding | answers are asked for as they are, uncompressed",
        "User-Agent | the contract says it",
        "traceparent | it is each attempt's own",
        "tracestate | it is each attempt's own",
        "ce-id | CloudEvents puts an event's attributes there",
        "WebHook-Request-Origin | signatures and the CloudEvents handshake use these names",
        "webhook-signature | signatures and the CloudEvents handshake use these names",
      })
  void whatOthersUseIsReserved(String name, String why) {
    assertEquals("the header " + name + " is reserved: " + why, refused(name, "canary-value"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X Api", "X:Api", "X-Api\n", "\u00fc", "X(", "\"", "X\0"})
  void aNameIsAToken(String name) {
    assertEquals(
        "a header's name may only hold letters, digits and !#$%&'*+-.^_`|~",
        refused(name, "canary-value"));
  }

  @Test
  void aNameHasItsLength() {
    assertEquals("a header's name must have 1 to 64 characters, has 0", refused("", "v"));
    assertEquals(
        "a header's name must have 1 to 64 characters, has 65", refused("x".repeat(65), "v"));
    assertEquals(1, SPEC.header("x".repeat(64), VALUE).givenHeaders().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX-Evil: b", "a\n", "\u0000", "\u007f", "\u00e9", " a", "a ", "\ta", "a\t"})
  void aValueStaysOneHeader(String value) {
    assertEquals(
        "the value of the header X-Api-Key must be visible ASCII, with spaces and tabs only between",
        refused("X-Api-Key", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Bearer abc", "a \t b", "!~", "a=b; c=\"d\""})
  void aValueIsVisibleAscii(String value) {
    assertEquals(
        Map.of("Authorization", Secret.of(value)),
        SPEC.header("Authorization", Secret.of(value)).givenHeaders());
  }

  @Test
  void aValueHasItsLength() {
    assertEquals(1, SPEC.header("A", Secret.of("v".repeat(1024))).givenHeaders().size());
    assertEquals(
        "the value of the header A may have at most 1024 characters, has 1025",
        refused("A", "v".repeat(1025)));
  }

  @Test
  void thereAreAtMostTwentyHeaders() {
    Map<String, Secret> all = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      all.put("X-" + i, VALUE);
    }
    WebhookSpec full = SPEC.headers(all);
    assertEquals(20, full.header("x-3", Secret.of("other")).givenHeaders().size());
    String message = "a webhook may have at most 20 headers of its own, has 21";
    assertEquals(
        message,
        assertThrows(InvalidWebhookException.class, () -> full.header("X-20", VALUE)).getMessage());
    all.put("X-20", VALUE);
    assertEquals(
        message, assertThrows(InvalidWebhookException.class, () -> SPEC.headers(all)).getMessage());
  }

  @Test
  void numbersHaveTheirLeast() {
    assertEquals(
        "concurrency must be at least 1: 0",
        assertThrows(InvalidWebhookException.class, () -> SPEC.concurrency(0)).getMessage());
    assertEquals(
        "timeout must be at least 1 ms: PT0.000999S",
        assertThrows(InvalidWebhookException.class, () -> SPEC.timeout(Duration.ofNanos(999_000)))
            .getMessage());
    assertEquals(
        "the name of a TLS identity must be 1 to 64 of A-Z a-z 0-9 . _ -: \"a b\"",
        assertThrows(InvalidWebhookException.class, () -> SPEC.tls("a b")).getMessage());
  }

  @Test
  void theSpecOfAWebhookKeepsHeadersWithoutTheirValues() {
    WebhookSettings settings =
        SPEC.header("X-Api-Key", VALUE).header("X-Other", VALUE).concurrency(3).settings();
    Webhook webhook =
        new Webhook(
            WebhookId.of("w"),
            Tenant.DEFAULT,
            SPEC.url(),
            "acme",
            Set.of(),
            "",
            Map.of(),
            settings,
            null,
            null,
            null,
            Instant.EPOCH);
    assertEquals(settings, webhook.spec().settings());
    assertEquals(Map.of(), webhook.spec().givenHeaders());
    assertEquals(
        List.of("X-Other"),
        List.copyOf(webhook.spec().withoutHeader("x-api-key").settings().headers().keySet()));
  }

  @Test
  void noTextShowsAValue() {
    WebhookSpec spec = SPEC.header("Authorization", VALUE);
    for (Object thing : List.of(spec, spec.settings(), spec.givenHeaders())) {
      assertFalse(thing.toString().contains("canary"), thing::toString);
    }
    assertTrue(spec.settings().toString().contains("Authorization=" + VALUE.fingerprint()));
  }
}
