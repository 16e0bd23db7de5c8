package dev.posthorn.examples.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.receiver.EventHandler;
import dev.posthorn.receiver.RecentEvents;
import dev.posthorn.receiver.Reply;
import dev.posthorn.receiver.WebhookReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** Receives One Horizon's webhooks on the JDK's own HTTP server, each event once. */
public final class Receiver {
  private Receiver() {}

  /** Takes the key that came with the webhook, and a port. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("give the webhook's key and a port, such as 8080");
    }
    EventHandler print = event -> System.out.println(event.getType() + " " + event.getId());
    start(Integer.parseInt(args[1]), Secret.of(args[0]), print);
    System.out.println("waiting at http://localhost:" + args[1] + "/hooks");
  }

  static HttpServer start(int port, Secret key, EventHandler handler) throws IOException {
    WebhookReceiver receiver =
        WebhookReceiver.of(Contracts.oneHorizon(), key).remembering(RecentEvents.atMost(10_000));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.createContext("/hooks", exchange -> answer(exchange, receiver, handler));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, WebhookReceiver receiver, EventHandler handler)
      throws IOException {
    try (exchange) {
      Reply reply =
          receiver.handle(
              exchange.getRequestMethod(),
              exchange.getRequestHeaders(),
              exchange.getRequestBody(),
              handler);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      boolean empty = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(reply.status(), empty ? -1 : reply.body().length);
      exchange.getResponseBody().write(empty ? new byte[0] : reply.body());
    }
  }
}
