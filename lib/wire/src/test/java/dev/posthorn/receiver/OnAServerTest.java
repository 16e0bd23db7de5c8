package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The receiver behind the JDK's server, asked by the JDK's client. */
class OnAServerTest {
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final WebhookReceiver receiver =
      WebhookReceiver.of(Contracts.oneHorizon(), Secret.of("one-key"))
          .remembering(RecentEvents.atMost(10));
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/hooks", this::exchange);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void exchange(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply =
          receiver.handle(
              exchange.getRequestMethod(),
              exchange.getRequestHeaders(),
              exchange.getRequestBody(),
              event -> handled.add(event.getId()));
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(
          reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
      exchange.getResponseBody().write(reply.body());
    }
  }

  @Test
  void verificationDeliveryRetryAndRefusalAreAnswered() throws Exception {
    assertAnswer(204, "", request().method("HEAD", BodyPublishers.noBody()));
    assertAnswer(204, "", request().GET());
    assertAnswer(405, "events are sent by POST", request().DELETE());
    assertAnswer(200, "received", delivery("one-key"));
    assertAnswer(200, "received before", delivery("one-key"));
    assertAnswer(401, "X-One-Webhook-Key is not a current key", delivery("guess"));
    assertAnswer(
        400,
        "the header X-One-Webhook-Key is there more than once",
        delivery("one-key").header("x-one-webhook-key", "guess"));

    assertEquals(List.of("evt_1"), handled);
  }

  private HttpRequest.Builder request() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress() + ":" + address.getPort();
    return HttpRequest.newBuilder(URI.create("http://" + host + "/hooks"))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpRequest.Builder delivery(String key) {
    return request()
        .header("content-type", "application/cloudevents+json; charset=utf-8")
        .header("x-one-webhook-key", key)
        .header("x-one-event-type", "task.updated")
        .header("x-one-event-id", "evt_1")
        .POST(BodyPublishers.ofString(Request.BODY));
  }

  private static void assertAnswer(int status, String line, HttpRequest.Builder request)
      throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    List<String> challenges = status == 401 ? List.of("X-One-Webhook-Key") : List.of();

    assertEquals(status, response.statusCode());
    assertEquals(line, response.body());
    assertEquals(challenges, response.headers().allValues("WWW-Authenticate"));
  }
}
