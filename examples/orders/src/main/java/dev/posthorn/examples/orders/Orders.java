package dev.posthorn.examples.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.receiver.Reply;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Lets a {@link Shop} take orders in a process of its own, kills that process half-way, starts it
 * again, and compares the table of orders with what a receiver has seen.
 */
public final class Orders {
  private static final int ORDERS = 400;
  private static final int RECEIVED_BEFORE_THE_KILL = 100;

  private Orders() {}

  /** Ends normally only if no event was lost, and none came whose order was rolled back. */
  public static void main(String[] args) throws Exception {
    run(System.out);
  }

  static Tally run(PrintStream out) throws Exception {
    Path target = target();
    try (EmbeddedPostgres server = startDatabase(target);
        Receiver receiver = new Receiver()) {
      String url = server.getJdbcUrl("postgres", "postgres");
      DataSource database = server.getPostgresDatabase();
      register(url, receiver);

      out.println("A shop takes orders, every fifth of which it rolls back.");
      Process shop = startShop(url, target);
      try {
        receiver.awaitEvents();
        shop.destroyForcibly().waitFor();
        out.printf("Killed (SIGKILL) when %d events had been received", receiver.events.size());
        out.printf(" of %d orders committed.%n", Tally.ordersIn(database).size());

        out.println("It is started again, takes more orders, and delivers all there is.");
        shop = startShop(url, target);
        check(shop.waitFor(2, TimeUnit.MINUTES), "the shop does not end: see target/shop.log");
        check(shop.exitValue() == 0, "the shop has failed: see target/shop.log");
      } finally {
        shop.destroyForcibly();
      }
      Tally tally = Tally.of(database, receiver.events);
      tally.print(out);
      check(tally.lost() == 0 && tally.phantoms() == 0, "not what was promised: " + tally);
      out.println("\nEvery committed order was received, and none that was rolled back.");
      return tally;
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

  /** Once for ever: webhooks are in the database too. */
  private static void register(String url, Receiver receiver) throws SQLException {
    try (Shop shop = new Shop(url)) {
      Registration hook =
          shop.webhooks().register(WebhookSpec.to(receiver.url()).events("order.*"));
      receiver.open(hook.secret().orElseThrow());
      Verification result = shop.webhooks().verify(hook.id());
      for (int more = 2; more > 0 && !result.verified(); more--) {
        result = shop.webhooks().verify(hook.id()); // a JVM that has just started may be slow
      }
      check(result.verified(), "the receiver is not verified: " + result.detail());
    }
  }

  private static Process startShop(String url, Path target) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(java, "-cp", classPath(), Shop.class.getName(), url, "" + ORDERS)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(target.resolve("shop.log").toFile()))
        .start();
  }

  /** Under exec:java the classes come from a loader of Maven's, not from the JVM's class path. */
  private static String classPath() throws URISyntaxException {
    if (!(Orders.class.getClassLoader() instanceof URLClassLoader maven)) {
      return System.getProperty("java.class.path");
    }
    StringJoiner paths = new StringJoiner(File.pathSeparator);
    for (URL url : maven.getURLs()) {
      paths.add(Path.of(url.toURI()).toString());
    }
    return paths.toString();
  }

  private static Path target() throws URISyntaxException {
    URL classes = Orders.class.getProtectionDomain().getCodeSource().getLocation();
    return Objects.requireNonNull(Path.of(classes.toURI()).getParent());
  }

  private static void check(boolean asItShouldBe, String otherwise) {
    if (!asItShouldBe) {
      throw new IllegalStateException(otherwise);
    }
  }

  /** A customer's endpoint. It remembers nothing, so that what comes twice is seen. */
  private static final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(32);
    private final CountDownLatch enough = new CountDownLatch(RECEIVED_BEFORE_THE_KILL);
    final Map<Long, Integer> events = new ConcurrentHashMap<>();

    Receiver() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.start();
    }

    String url() {
      return "http://localhost:" + server.getAddress().getPort() + "/hooks";
    }

    void open(Secret key) {
      WebhookReceiver receiver = WebhookReceiver.of(Contracts.oneHorizon(), key);
      server.createContext("/hooks", exchange -> answer(exchange, receiver));
    }

    void awaitEvents() throws InterruptedException {
      check(enough.await(1, TimeUnit.MINUTES), "too little was sent: see target/shop.log");
    }

    private void answer(HttpExchange exchange, WebhookReceiver receiver) throws IOException {
      try (exchange) {
        Reply reply =
            receiver.handle(
                exchange.getRequestMethod(),
                exchange.getRequestHeaders(),
                exchange.getRequestBody(),
                this::take);
        exchange.sendResponseHeaders(reply.status(), -1);
      }
    }

    private void take(CloudEvent event) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(100); // so that much is under way when the shop is killed
      events.merge(Long.valueOf(Objects.requireNonNull(event.getSubject())), 1, Integer::sum);
      enough.countDown();
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
