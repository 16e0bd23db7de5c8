package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Handshake;
import dev.posthorn.contract.RequestOrigin;
import dev.posthorn.contract.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What a receiver answers to a sender that asks by OPTIONS whether it may send. */
class PermissionsTest {
  private static final String ORIGIN = "events.acme.example";
  private static final String ALLOW = "GET, HEAD, OPTIONS, POST";

  private final WebhookReceiver plain =
      WebhookReceiver.of(Contracts.cloudEvents(ORIGIN), Secret.of("token"));
  private final WebhookReceiver some =
      plain.allowing(OriginRule.only(AllowedRate.perMinute(120), "other.example", ORIGIN));

  @Test
  void anAllowedOriginIsToldItsRate() {
    Reply reply = options(some, asking(ORIGIN));

    assertEquals("Reply[200]", reply.toString());
    assertEquals(
        Map.of("Allow", ALLOW, "WebHook-Allowed-Origin", ORIGIN, "WebHook-Allowed-Rate", "120"),
        reply.headers());
  }

  @Test
  void theOriginIsAnsweredAsItWasAsked() {
    Reply reply = options(some, asking("Events.ACME.example"));

    assertEquals("Events.ACME.example", reply.headers().get("WebHook-Allowed-Origin"));
    assertTrue(
        Handshake.allows(RequestOrigin.of(ORIGIN), reply.headers().get(Handshake.ALLOWED_ORIGIN)));
  }

  @Test
  void everyOriginMayBeAllowedWithoutALimit() {
    WebhookReceiver open = plain.allowing(OriginRule.any(AllowedRate.unlimited()));
    Reply reply = options(open, asking("a.example"));

    assertEquals("a.example", reply.headers().get("WebHook-Allowed-Origin"));
    assertEquals("*", reply.headers().get("WebHook-Allowed-Rate"));
  }

  @Test
  void anOriginThatIsNotAllowedIsToldNothing() {
    for (String other : List.of("acme.example", "x.events.acme.example", "events.acme.example.a")) {
      Reply reply = options(some, asking(other));

      assertEquals("Reply[204]", reply.toString());
      assertEquals(Map.of("Allow", ALLOW), reply.headers());
    }
  }

  @Test
  void withoutARuleOptionsIsAnUnknownMethod() {
    Reply reply = options(plain, asking(ORIGIN));

    assertEquals("Reply[405: events are sent by POST]", reply.toString());
    assertEquals("GET, HEAD, POST", reply.headers().get("Allow"));
  }

  @Test
  void otherMethodsAreToldThatThereIsOptionsToo() throws IOException {
    Reply reply = some.handle("PUT", Map.of(), InputStream.nullInputStream(), event -> fail());

    assertEquals("Reply[405: events are sent by POST]", reply.toString());
    assertEquals(ALLOW, reply.headers().get("Allow"));
  }

  @Test
  void anOptionsThatAsksForNothingIsToldTheMethods() {
    Reply reply = options(some, Map.of());

    assertEquals("Reply[204]", reply.toString());
    assertEquals(Map.of("Allow", ALLOW), reply.headers());
  }

  @Test
  void whatIsNoOriginIsRefused() {
    WebhookReceiver open = plain.allowing(OriginRule.any(AllowedRate.unlimited()));
    for (String wrong : List.of("", "*", "https://a.example", "a b", "10.0.0.1", "a\r\nX: y")) {
      assertEquals(
          "Reply[400: WebHook-Request-Origin must be a DNS name]",
          options(open, asking(wrong)).toString());
    }
    assertEquals(
        "Reply[400: the header WebHook-Request-Origin is there more than once]",
        options(open, Map.of("WebHook-Request-Origin", List.of(ORIGIN, "b.example"))).toString());
  }

  @Test
  void aHostsOwnRuleGetsWhatWasAskedAndMayDecideLater() {
    List<PermissionRequest> asked = new ArrayList<>();
    WebhookReceiver later =
        plain.allowing(
            request -> {
              asked.add(request);
              return Optional.empty();
            });
    String callback = "https://sender.example/confirm?id=1&key=s3cret";
    Reply reply =
        options(
            later,
            Map.of(
                "webhook-request-origin", List.of(ORIGIN),
                "webhook-request-rate", List.of("120"),
                "webhook-request-callback", List.of(callback)));

    assertEquals(Map.of("Allow", ALLOW), reply.headers());
    assertEquals(
        new PermissionRequest(
            RequestOrigin.of(ORIGIN), AllowedRate.perMinute(120), URI.create(callback)),
        asked.get(0));
    assertEquals(
        "PermissionRequest[events.acme.example, rate 120, with a callback]",
        asked.get(0).toString());
    options(later, asking(ORIGIN));
    assertEquals("PermissionRequest[events.acme.example, rate not named]", asked.get(1).toString());
  }

  @Test
  void aCallbackThatNobodyShouldCallIsRefusedBeforeTheHostSeesIt() {
    WebhookReceiver never = plain.allowing(request -> fail());
    for (String wrong :
        List.of(
            "",
            "http://sender.example/confirm",
            "ftp://sender.example/",
            "javascript:alert(1)",
            "https:///confirm",
            "https:confirm",
            "//sender.example/confirm",
            "https://user:pw@sender.example/",
            "https://sender.example/#x",
            "https://sender.example/a b",
            "https://sendér.example/",
            "https://sender_x.example/",
            "https://sender.example/" + "a".repeat(2_048))) {
      assertEquals(
          "Reply[400: WebHook-Request-Callback must be an https URL without userinfo and fragment]",
          options(
                  never,
                  Map.of(
                      Handshake.REQUEST_ORIGIN,
                      List.of(ORIGIN),
                      Handshake.REQUEST_CALLBACK,
                      List.of(wrong)))
              .toString(),
          wrong);
    }
  }

  @Test
  void aRateThatIsNoNumberIsRefused() {
    for (String wrong : List.of("", "*", "0", "-5", "fast", "1.5")) {
      assertEquals(
          "Reply[400: WebHook-Request-Rate must be a positive number of requests a minute]",
          options(
                  some,
                  Map.of(
                      Handshake.REQUEST_ORIGIN, List.of(ORIGIN),
                      Handshake.REQUEST_RATE, List.of(wrong)))
              .toString());
    }
  }

  @Test
  void aRuleThatThrowsAllowsNothing() {
    Logger log = Logger.getLogger("dev.posthorn.receiver");
    log.setLevel(Level.OFF);
    try {
      WebhookReceiver broken =
          plain.allowing(
              request -> {
                throw new IllegalStateException("the database is away");
              });
      Reply reply = options(broken, asking(ORIGIN));

      assertEquals("Reply[500: the request could not be decided]", reply.toString());
      assertFalse(reply.headers().containsKey("WebHook-Allowed-Origin"));
    } finally {
      log.setLevel(null);
    }
  }

  @Test
  void aRuleNeedsAnOrigin() {
    assertEquals(
        "a rule needs an origin; any(rate) allows all",
        assertThrows(IllegalArgumentException.class, () -> OriginRule.only(AllowedRate.unlimited()))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> OriginRule.only(AllowedRate.unlimited(), "*"));
  }

  @Test
  void theRuleSurvivesWhatElseIsSet() {
    WebhookReceiver set =
        some.atMost(10).clock(new MovableClock()).remembering(RecentEvents.atMost(1));
    assertEquals("Reply[200]", options(set, asking(ORIGIN)).toString());
  }

  @Test
  void overARealSocketTheAnswerArrives() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hooks",
        exchange -> {
          try (exchange) {
            Reply reply =
                some.handle(
                    exchange.getRequestMethod(),
                    exchange.getRequestHeaders(),
                    exchange.getRequestBody(),
                    event -> fail());
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(reply.status(), -1);
          }
        });
    server.start();
    try {
      HttpRequest ask =
          HttpRequest.newBuilder(
                  URI.create("http://localhost:" + server.getAddress().getPort() + "/hooks"))
              .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
              .header("WebHook-Request-Origin", ORIGIN)
              .build();
      HttpResponse<Void> answer =
          HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.discarding());
      assertEquals(200, answer.statusCode());
      assertEquals(Optional.of(ORIGIN), answer.headers().firstValue("webhook-allowed-origin"));
      assertEquals(Optional.of("120"), answer.headers().firstValue("webhook-allowed-rate"));
    } finally {
      server.stop(0);
    }
  }

  private static Map<String, List<String>> asking(String origin) {
    return Map.of("WebHook-Request-Origin", List.of(origin));
  }

  private static Reply options(WebhookReceiver receiver, Map<String, List<String>> headers) {
    try {
      return receiver.handle("OPTIONS", headers, InputStream.nullInputStream(), event -> fail());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
