package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set for a webhook, when two nodes send to it. */
@SuppressWarnings("NullAway.Init") // set before the tests
class TwoNodesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String KEY_HEADER = "X-One-Webhook-Key";
  private static final DeliveryContract CONTRACT =
      DeliveryContract.of("two", Contracts.oneHorizon().wire());

  private static PostgresServer server;
  private static int prefixes;

  /** A request: when it came, to which path, with which key. */
  private record Came(long nanos, String path, String key) {}

  private final ConcurrentLinkedQueue<Came> came = new ConcurrentLinkedQueue<>();
  private final List<HikariDataSource> pools = new ArrayList<>();
  private final List<Posthorn> nodes = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private HttpServer receiver;
  private int probes;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start("twonodes");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::receive);
    receiver.setExecutor(threads);
    receiver.start();
    prefixes++;
    nodes.add(node());
    nodes.add(node());
  }

  private Posthorn node() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(6);
    HikariDataSource pool = new HikariDataSource(config);
    pools.add(pool);
    return Posthorn.builder()
        .name("shop")
        .contract(CONTRACT)
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .store(JdbcStore.on(pool).tablePrefix("t" + prefixes + "_").createTables())
        .build()
        .start();
  }

  @AfterEach
  void stop() {
    nodes.forEach(Posthorn::close);
    pools.forEach(HikariDataSource::close);
    receiver.stop(0);
    threads.shutdownNow();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String key = exchange.getRequestHeaders().getFirst(KEY_HEADER);
      came.add(new Came(System.nanoTime(), exchange.getRequestURI().getPath(), "" + key));
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private WebhookSpec spec(String path) {
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + path;
    return WebhookSpec.to(url).events("task.*");
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/tests"))
        .withType("task.created")
        .withData("application/json", "{\"n\":1}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static boolean until(BooleanSupplier condition) {
    long limit = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return true;
  }

  /** Waits until a node knows some webhooks, and all that it has published meanwhile has come. */
  private void awaitWebhooks(Posthorn node, int count) {
    came.clear();
    int published = 0;
    int last = 0;
    long limit = System.nanoTime() + SOON.toNanos();
    while (last < count) {
      assertTrue(System.nanoTime() < limit, "it learns of the webhooks");
      last = node.publisher().publish(event("probe" + ++probes)).deliveries().size();
      published += last;
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    awaitRequests(published);
    came.clear();
  }

  private void awaitRequests(int count) {
    assertTrue(until(() -> came.size() >= count), () -> "came: " + came.size());
    assertEquals(count, came.size(), "each once");
  }

  @Test
  void aRateHoldsOverTwoNodesAndTheRestartOfOne() {
    int perSecond = 20;
    int events = 100;
    nodes.get(0).registry().register(spec("a").rate(Rate.of(perSecond, Duration.ofSeconds(1))));
    awaitWebhooks(nodes.get(1), 1);
    for (int i = 0; i < events; i++) {
      nodes.get(i % 2).publisher().publish(event("evt_" + i));
      if (i == events / 2) {
        nodes.get(1).close();
        nodes.set(1, node());
      }
    }
    awaitRequests(events);
    long[] times = came.stream().mapToLong(Came::nanos).sorted().toArray();
    double seconds = (times[events - 1] - times[0]) / 1e9;
    // What is granted follows the rate; what was granted already goes out in its own time.
    assertTrue(seconds >= 0.8 * (events - 8) / perSecond, () -> "took only " + seconds + " s");
  }

  @Test
  void aRotationOfANamedAuthenticationReachesAllUsersOnBothNodes() {
    Posthorn one = nodes.get(0);
    Posthorn other = nodes.get(1);
    Secret first = one.registry().authentications().create("shop").secret();
    one.registry().register(spec("a").authentication("shop"));
    one.registry().register(spec("b").authentication("shop"));
    awaitWebhooks(other, 2);
    other.publisher().publish(event("evt_0"));
    awaitRequests(2);
    came.forEach(request -> assertEquals(first.reveal(), request.key()));

    other.stop(); // so that only the node that rotates sends what it publishes
    Secret second = one.registry().authentications().rotate("shop", Duration.ZERO).secret();
    came.clear();
    one.publisher().publish(event("evt_1"));
    awaitRequests(2);
    came.forEach(request -> assertEquals(second.reveal(), request.key(), "at once, where rotated"));

    one.stop();
    other.start();
    assertTrue(
        until(
            () -> {
              came.clear();
              other.publisher().publish(event("probe" + ++probes));
              return until(() -> came.size() >= 2) && hasKey("/a", second) && hasKey("/b", second);
            }),
        "soon on the other node");
    came.clear();
    other.publisher().publish(event("evt_2"));
    awaitRequests(2);
    came.forEach(request -> assertEquals(second.reveal(), request.key(), "from then on"));
  }

  private boolean hasKey(String path, Secret key) {
    return came.stream().anyMatch(one -> one.path().equals(path) && one.key().equals(key.reveal()));
  }
}
