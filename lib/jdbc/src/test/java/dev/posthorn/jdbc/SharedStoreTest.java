package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four instances of an application on one database: one set of webhooks, one set of deliveries. */
@SuppressWarnings("NullAway.Init") // set before the tests
class SharedStoreTest {
  private static final Duration AMPLE = Duration.ofMinutes(3);

  /** What is changed by one instance is seen by the others after 1.2 seconds. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int INSTANCES = 4;
  private static final int WEBHOOKS = 10;
  private static final int BATCH = 50;
  private static final DeliveryContract CONTRACT =
      DeliveryContract.of("shared", Contracts.oneHorizon().wire());

  private static PostgresServer server;
  private static int prefixes;

  private final List<HikariDataSource> pools = new ArrayList<>();
  private final List<Posthorn> instances = new ArrayList<>();
  private CountingReceiver receiver;
  private int probes;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start("shared");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void start() {
    receiver = CountingReceiver.start();
    prefixes++;
    for (int i = 0; i < INSTANCES; i++) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(server.source());
      config.setMaximumPoolSize(8);
      HikariDataSource pool = new HikariDataSource(config);
      pools.add(pool);
      instances.add(
          Posthorn.builder()
              .name("shop")
              .contract(CONTRACT)
              .endpoints(EndpointPolicy.standard().allowLoopback())
              .store(JdbcStore.on(pool).tablePrefix("t" + prefixes + "_").createTables())
              .build()
              .start());
    }
  }

  @AfterEach
  void stop() {
    instances.forEach(Posthorn::close);
    pools.forEach(HikariDataSource::close);
    receiver.close();
  }

  @Test
  void everyEventIsReceivedExactlyOnceWhileNothingFails() throws InterruptedException {
    int events = Integer.getInteger("shared.events", 20_000);
    for (int lane = 0; lane < WEBHOOKS; lane++) {
      register(instances.get(lane % INSTANCES), "hook-" + lane, "lane" + lane);
    }
    awaitMatching(WEBHOOKS);
    receiver.forget();
    publishFromAll(events);

    assertTrue(
        until(AMPLE, () -> receiver.different() == events),
        () -> "received of " + events + ": " + receiver.different());
    for (Posthorn instance : instances) {
      assertTrue(instance.drain(AMPLE));
      assertEquals(0, instance.health().lateResults(), "nobody sent what another one had");
    }
    assertEquals(events, receiver.all(), "nothing came twice");
  }

  @Test
  void instancesOfOneNameAreLiveNodesEach() {
    assertTrue(
        until(SOON, () -> instances.get(0).health().liveNodes().size() == INSTANCES),
        () -> "live nodes: " + instances.get(0).health().liveNodes());
  }

  @Test
  void whatOneInstanceRegistersIsSentToByTheOthers() {
    register(instances.get(0), "hook", "one");
    awaitMatching(1);
  }

  @Test
  void whatOneInstanceChangesTheOthersObey() {
    WebhookId hook = register(instances.get(0), "hook", "lane0");
    awaitMatching(1);
    instances
        .get(1)
        .registry()
        .update(hook, spec -> spec.url(receiver.url("changed")).events("other"));
    for (Posthorn instance : instances) {
      assertTrue(until(SOON, () -> !accepts(instance, "lane0")), "no instance matches it any more");
      assertTrue(until(SOON, () -> accepts(instance, "other")), "each matches what is wanted now");
    }
    int before = receiver.all("changed");
    instances.get(3).publisher().publish(event("after the change", "other"));
    assertTrue(until(SOON, () -> receiver.all("changed") > before));
  }

  @Test
  void whatOneInstanceDisablesNoInstanceClaims() {
    WebhookId hook = register(instances.get(0), "hook", "lane0");
    awaitMatching(1);
    instances.get(1).registry().disable(hook, "to be repaired");
    for (int i = 0; i < INSTANCES; i++) {
      Published published = instances.get(i).publisher().publish(event("held " + i, "lane0"));
      assertTrue(published.accepted(), "a webhook that is disabled still has its deliveries kept");
      Delivery held = instances.get(i).deliveries().of(hook, Page.first(1)).items().get(0);
      assertEquals(DeliveryState.HELD, held.state(), "in the claim at once");
    }
    for (Posthorn instance : instances) {
      assertTrue(instance.settle(AMPLE));
    }
    assertEquals(0, receiver.ofIds("held "), "nothing is sent while it is disabled");

    instances.get(2).registry().enable(hook, Backlog.resume());
    assertTrue(until(AMPLE, () -> receiver.ofIds("held ") == INSTANCES), "then all of it is");
  }

  @Test
  void whatOneInstanceDeletesIsGoneForAll() {
    WebhookId hook = register(instances.get(0), "hook", "lane0");
    awaitMatching(1);
    instances.get(1).registry().delete(hook);
    for (Posthorn instance : instances) {
      assertFalse(accepts(instance, "lane0"), "in the store at once");
      assertTrue(instance.registry().find(hook).isEmpty());
    }
  }

  private WebhookId register(Posthorn instance, String id, String type) {
    WebhookSpec spec = WebhookSpec.to(receiver.url(type)).id(WebhookId.of(id)).events(type);
    return instance.registry().register(spec).id();
  }

  /** Waits until each instance knows so many webhooks, which want {@code lane0} and so on. */
  private void awaitMatching(int webhooks) {
    for (Posthorn instance : instances) {
      for (int lane = 0; lane < webhooks; lane++) {
        String type = webhooks == 1 ? onlyType(instance) : "lane" + lane;
        assertTrue(until(SOON, () -> accepts(instance, type)), "each instance matches " + type);
      }
    }
    assertTrue(instances.stream().allMatch(instance -> instance.drain(AMPLE)));
  }

  private static String onlyType(Posthorn instance) {
    return instance.registry().list(Page.first(1)).items().get(0).events().iterator().next().text();
  }

  private boolean accepts(Posthorn instance, String type) {
    return instance.publisher().publish(event("probe-" + probes++, type)).accepted();
  }

  private void publishFromAll(int events) throws InterruptedException {
    CountDownLatch published = new CountDownLatch(INSTANCES);
    for (int i = 0; i < INSTANCES; i++) {
      int number = i;
      new Thread(
              () -> {
                publish(instances.get(number), number, events / INSTANCES);
                published.countDown();
              },
              "publisher-" + i)
          .start();
    }
    assertTrue(published.await(AMPLE.toSeconds(), TimeUnit.SECONDS), "all is published");
  }

  private static void publish(Posthorn instance, int number, int events) {
    for (int from = 0; from < events; from += BATCH) {
      List<CloudEvent> batch = new ArrayList<>();
      for (int i = from; i < Math.min(events, from + BATCH); i++) {
        batch.add(event(number + "-" + i, "lane" + i % WEBHOOKS));
      }
      instance.publisher().publishAll(batch);
    }
  }

  private static CloudEvent event(String id, String type) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/shared"))
        .withType(type)
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** Asks until it holds; what it waits for is done by other threads. */
  private static boolean until(Duration atMost, BooleanSupplier condition) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(10_000_000);
    }
    return true;
  }
}
