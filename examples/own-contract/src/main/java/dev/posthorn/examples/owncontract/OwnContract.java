package dev.posthorn.examples.owncontract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.DisableRule;
import dev.posthorn.contract.HmacSignature;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.MessageHeaders;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.SuccessRule;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.receiver.Reply;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A contract of the application's own, made of the parts that the presets are made of too, beside a
 * webhook with One Horizon's. One event goes to both, to each in its own form.
 */
public final class OwnContract {

  /** What Acme, our application, tells its customers about its webhooks, as code. */
  static DeliveryContract acme() {
    WireFormat wire =
        new WireFormat(
            BodyFormats.structured(), // the event as CloudEvents JSON
            new AcmeHeaders(), // what describes an attempt
            HmacSignature.labelled("Signature", "t", "v1"), // what proves the sender, as Stripe's
            "Acme-", // how Acme's headers begin: Acme-Signature
            "Acme-Webhooks/2.0"); // the User-Agent
    return DeliveryContract.of("acme", wire) // webhooks remember theirs by this name
        .success(SuccessRule.of(200)) // and no other 2xx
        .timeout(Duration.ofSeconds(5))
        // 8 retries after 0.5 s, 1 s, 2 s ... 60 s, each up to a fifth sooner or later
        .retries(
            RetrySchedule.exponential(Duration.ofMillis(500), 2, Duration.ofMinutes(1), 8)
                .withJitter(0.2))
        .disable(DisableRule.ON_GONE_OR_EXHAUSTED);
  }

  /** {@code Acme-Delivery-Id} and {@code Acme-Attempt}, which counts from 1. */
  private static final class AcmeHeaders implements MessageHeaders {
    @Override
    public Map<String, String> of(String prefix, Message message) {
      return Map.of(
          prefix + "Delivery-Id", message.deliveryId(),
          prefix + "Attempt", String.valueOf(message.retry() + 1));
    }

    /** The receiver's half: nothing in the body says the same, so they only have to be there. */
    @Override
    public void check(String prefix, RequestHeaders headers, CloudEvent event) {
      for (String name : List.of("Delivery-Id", "Attempt")) {
        if (headers.single(prefix + name).isEmpty()) {
          throw RefusedException.malformed(prefix + name + " is missing");
        }
      }
    }
  }

  private OwnContract() {}

  /** Ends by itself within seconds. */
  public static void main(String[] args) throws IOException {
    run(System.out);
  }

  static void run(PrintStream out) throws IOException {
    try (Customers customers = new Customers(out);
        Posthorn posthorn =
            Posthorn.builder()
                .contract(acme()) // the first is that of webhooks that name none
                .contract(Contracts.oneHorizon())
                .endpoints(EndpointPolicy.standard().allowLoopback())
                .build()
                .start()) {
      Registration ours =
          posthorn.registry().register(WebhookSpec.to(customers.url("/acme")).events("order.*"));
      Registration theirs =
          posthorn
              .registry()
              .register(
                  WebhookSpec.to(customers.url("/one"))
                      .events("order.*")
                      .contract(Contracts.oneHorizon().name()));
      customers.open("/acme", WebhookReceiver.of(acme(), ours.secret().orElseThrow()));
      customers.open(
          "/one", WebhookReceiver.of(Contracts.oneHorizon(), theirs.secret().orElseThrow()));
      posthorn.registry().verify(theirs.id()); // One Horizon's contract wants it, Acme's does not

      posthorn.publisher().publish("order.paid", "ord_17", Map.of("amount", "12.50"));
      if (!posthorn.drain(Duration.ofSeconds(20))) {
        throw new IllegalStateException("not everything was delivered within 20 seconds");
      }
      out.println("The log of the webhook with Acme's contract:");
      report(posthorn, ours, out);
      out.println("and of the one with One Horizon's:");
      report(posthorn, theirs, out);
    }
  }

  private static void report(Posthorn posthorn, Registration hook, PrintStream out) {
    for (Delivery delivery : posthorn.deliveries().of(hook.id(), Page.first(10)).items()) {
      posthorn.deliveries().explain(delivery.id()).attempts().stream()
          .sorted(Comparator.comparing(Attempt::number))
          .map(attempt -> "  attempt " + attempt.number() + ": " + attempt.outcome().describe())
          .forEach(out::println);
      out.println("  " + delivery.state());
    }
  }

  /** Two receivers on one server, which print what comes. */
  private static final class Customers implements AutoCloseable {
    /** What HTTP needs, and no contract speaks of. */
    private static final Set<String> TRANSPORT =
        Set.of("Accept-encoding", "Connection", "Content-length", "Host");

    private final PrintStream out;
    private final HttpServer server;
    private boolean proxyIsAwake; // there is one thread, the server's own

    Customers(PrintStream out) throws IOException {
      this.out = out;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.start();
    }

    String url(String path) {
      return "http://localhost:" + server.getAddress().getPort() + path;
    }

    void open(String path, WebhookReceiver receiver) {
      server.createContext(path, exchange -> answer(exchange, receiver));
    }

    private void answer(HttpExchange exchange, WebhookReceiver receiver) throws IOException {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("POST")) {
          print(exchange, body);
        }
        int status = status(exchange, body, receiver);
        exchange.sendResponseHeaders(status, -1);
      }
    }

    /** Acme's customer has a proxy that at first answers 204 by itself: no success by our rule. */
    private int status(HttpExchange exchange, byte[] body, WebhookReceiver receiver)
        throws IOException {
      if (exchange.getRequestURI().getPath().equals("/acme") && !proxyIsAwake) {
        proxyIsAwake = true;
        out.println("-> answered 204, which is no success here\n");
        return 204;
      }
      Reply reply =
          receiver.handle(
              exchange.getRequestMethod(),
              exchange.getRequestHeaders(),
              new ByteArrayInputStream(body),
              event -> out.println("-> taken: " + event.getType() + "\n"));
      return reply.status();
    }

    /** One Horizon's key travels in a header: whoever logs requests leaves it out. */
    private void print(HttpExchange exchange, byte[] body) {
      StringBuilder text = new StringBuilder("POST " + exchange.getRequestURI() + "\n");
      Map<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
      headers.keySet().removeAll(TRANSPORT);
      headers.replace("X-one-webhook-key", List.of("(not shown)"));
      headers.forEach((name, values) -> text.append(name + ": " + values.get(0) + "\n"));
      out.println(text + new String(body, UTF_8));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
