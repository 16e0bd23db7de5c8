package dev.posthorn.examples.twonodes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.receiver.Reply;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts two processes of an application on one database, and shows which of them delivered how
 * much; then one of them is closed, and the other goes on alone.
 */
public final class TwoNodes {
  private static final int EVENTS = 1000;

  private TwoNodes() {}

  /** Ends normally only if each event was received exactly once. */
  public static void main(String[] args) throws Exception {
    run(System.out);
  }

  static void run(PrintStream out) throws Exception {
    Path target = NodeProcess.target();
    try (EmbeddedPostgres server = startDatabase(target);
        Receiver receiver = new Receiver();
        Node settings = new Node(url(server), "settings")) { // never started: it sends no events
      WebhookId hook = register(settings, receiver);
      try (NodeProcess a = NodeProcess.start(url(server), "node-a", target);
          NodeProcess b = NodeProcess.start(url(server), "node-b", target)) {
        out.println(EVENTS + " events, published by node-a, are received");
        a.publish(EVENTS);
        receiver.awaitEvents(EVENTS);
        receiver.show(out);

        out.println(EVENTS + " more, published by both, while node-a is closed, are received");
        a.publish(EVENTS / 2);
        b.publish(EVENTS / 2);
        receiver.awaitEvents(EVENTS + EVENTS / 2);
        a.end();
        int rest = 2 * EVENTS - receiver.events();
        receiver.awaitEvents(2 * EVENTS);
        b.end();
        receiver.show(out);
        out.println("When node-a had ended, node-b sent the last " + rest + " alone.");
      }
      LaneReport left = settings.deliveries().explain(hook);
      check(left.nextAttempt() == null, "deliveries are left: " + left.why());
      int requests = receiver.requests();
      check(requests == 2 * EVENTS, requests + " requests came for " + 2 * EVENTS + " events");
      out.println("Each of the " + 2 * EVENTS + " events was received exactly once.");
    }
  }

  /** An application has a database already; this one writes through to the disk, as it should. */
  private static EmbeddedPostgres startDatabase(Path target) throws IOException {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(target.resolve("postgres").toFile())
        .setDataDirectory(Files.createTempDirectory(target, "postgres-data-"))
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private static String url(EmbeddedPostgres server) {
    return server.getJdbcUrl("postgres", "postgres");
  }

  private static WebhookId register(Node settings, Receiver receiver) {
    WebhookSpec spec = WebhookSpec.to(receiver.url()).events("task.*");
    Registration hook = settings.webhooks().register(spec);
    receiver.open(hook.secret().orElseThrow());
    Verification result = settings.webhooks().verify(hook.id());
    for (int more = 2; more > 0 && !result.verified(); more--) {
      result = settings.webhooks().verify(hook.id()); // a JVM that has just started may be slow
    }
    check(result.verified(), "the receiver is not verified: " + result.detail());
    return hook.id();
  }

  private static void check(boolean asItShouldBe, String otherwise) {
    if (!asItShouldBe) {
      throw new IllegalStateException(otherwise);
    }
  }

  /** A customer's endpoint, which counts what comes from whom. */
  private static final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(64);
    private final Map<String, Integer> times = new HashMap<>();
    private final Map<String, Integer> senders = new TreeMap<>();

    Receiver() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.start();
    }

    String url() {
      return "http://localhost:" + server.getAddress().getPort() + "/hooks";
    }

    void open(Secret key) {
      WebhookReceiver receiver = WebhookReceiver.of(Node.contract("any"), key);
      server.createContext("/hooks", exchange -> answer(exchange, receiver));
    }

    private void answer(HttpExchange exchange, WebhookReceiver receiver) throws IOException {
      try (exchange) {
        String sender = exchange.getRequestHeaders().getFirst("User-Agent");
        Reply reply =
            receiver.handle(
                exchange.getRequestMethod(),
                exchange.getRequestHeaders(),
                exchange.getRequestBody(),
                event -> {
                  TimeUnit.MILLISECONDS.sleep(100); // so that there is work enough for two
                  count(event.getId(), sender);
                });
        exchange.sendResponseHeaders(reply.status(), -1);
      }
    }

    private synchronized void count(String event, String sender) {
      times.merge(event, 1, Integer::sum);
      senders.merge(sender, 1, Integer::sum);
      notifyAll();
    }

    /** Different ones. */
    synchronized int events() {
      return times.size();
    }

    synchronized int requests() {
      return times.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized void awaitEvents(int all) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (times.size() < all) {
        long left = end - System.nanoTime();
        check(left > 0, times.size() + " of " + all + " events came: see target/nodes.log");
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }

    /** What has come since the last time. */
    synchronized void show(PrintStream out) {
      senders.forEach((sender, count) -> out.printf("%6d from %s%n", count, sender));
      senders.clear();
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
