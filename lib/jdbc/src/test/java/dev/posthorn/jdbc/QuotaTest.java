package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One webhook cannot fill the database: on both of them. */
@SuppressWarnings("NullAway.Init") // set before the tests
class QuotaTest {
  @TempDir private Path directory;
  private final AtomicLong ticks = new AtomicLong();
  private final BlockingQueue<Delivery> told = new LinkedBlockingQueue<>();
  private static PostgresServer server;
  private static int prefixes;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start("quota");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  private interface OnStore {
    void of(JdbcStore store) throws Exception;
  }

  private void onBoth(OnStore test) throws Exception {
    Database postgres = new Database(server.source());
    test.of(store(postgres, Dialect.POSTGRESQL));
    told.clear();
    try (H2File file = H2File.at(directory.resolve("quota"))) {
      test.of(store(new Database(file), Dialect.H2));
    }
  }

  private JdbcStore store(Database database, Dialect dialect) {
    Tables tables = new Tables("q" + prefixes++ + "_", dialect.now());
    return new JdbcStore(database, dialect, tables, ticks::get, 10).createTables();
  }

  private Posthorn posthorn(JdbcStore store) {
    return Posthorn.builder()
        .contract(Contracts.signedJson())
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .listener(
            new DeliveryListener() {
              @Override
              public void discarded(Delivery delivery) {
                told.add(delivery);
              }
            })
        .store(store)
        .build(); // not started: nothing is sent
  }

  private static WebhookId hook(Posthorn posthorn, String id) {
    WebhookSpec spec = WebhookSpec.to("http://127.0.0.1:9/" + id).id(WebhookId.of(id));
    return posthorn.registry().register(spec.events(id + ".*")).id();
  }

  private static CloudEvent event(String type, int number) {
    return CloudEventBuilder.v1()
        .withId("evt_" + number)
        .withSource(URI.create("/tests"))
        .withType(type)
        .withData("application/json", "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .build();
  }

  private static void publish(Posthorn posthorn, String type, int from, int count) {
    List<CloudEvent> events = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      events.add(event(type, i));
    }
    posthorn.publisher().publishAll(events);
  }

  private static List<Delivery> in(Posthorn posthorn, WebhookId id, DeliveryState... states) {
    return posthorn.deliveries().of(id, Page.first(100)).items().stream()
        .filter(one -> List.of(states).contains(one.state()))
        .toList();
  }

  @Test
  void whatGoesBeyondIsDiscardedAndToldAndOthersAreNotConcerned() throws Exception {
    onBoth(
        store -> {
          try (Posthorn posthorn = posthorn(store)) {
            WebhookId full = hook(posthorn, "full");
            WebhookId other = hook(posthorn, "other");
            publish(posthorn, "full.x", 0, 7);
            publish(posthorn, "full.x", 7, 8);
            posthorn.publisher().publish(event("full.x", 15));
            publish(posthorn, "other.x", 100, 5);
            assertEquals(10, in(posthorn, full, DeliveryState.PENDING).size());
            List<Delivery> discarded = in(posthorn, full, DeliveryState.DISCARDED);
            assertEquals(6, discarded.size());
            discarded.forEach(one -> assertEquals(EndReason.QUOTA, one.ended()));
            assertTrue(discarded.stream().allMatch(one -> one.endedAt() != null));
            assertEquals(5, in(posthorn, other, DeliveryState.PENDING).size());
            for (int i = 0; i < 6; i++) {
              assertNotNull(told.poll(30, TimeUnit.SECONDS), "the listener is told of each");
            }
            assertTrue(told.isEmpty(), "and once");
            assertEquals(OptionalInt.of(10), posthorn.health().pendingPerWebhook());
          }
        });
  }

  @Test
  void thereIsRoomAgainWhenSomeHaveEnded() throws Exception {
    onBoth(
        store -> {
          try (Posthorn posthorn = posthorn(store)) {
            WebhookId full = hook(posthorn, "full");
            publish(posthorn, "full.x", 0, 12);
            posthorn.registry().disable(full, "to discard what waits");
            posthorn.registry().enable(full, Backlog.discard());
            publish(posthorn, "full.x", 20, 11);
            assertEquals(10, in(posthorn, full, DeliveryState.PENDING).size());
          }
        });
  }

  @Test
  void heldDeliveriesCount() throws Exception {
    onBoth(
        store -> {
          try (Posthorn posthorn = posthorn(store)) {
            WebhookId full = hook(posthorn, "full");
            posthorn.registry().disable(full, "its owner is on holiday");
            publish(posthorn, "full.x", 0, 14);
            assertEquals(10, in(posthorn, full, DeliveryState.HELD).size());
            assertEquals(4, in(posthorn, full, DeliveryState.DISCARDED).size());
          }
        });
  }

  @Test
  void whatWasDiscardedIsReplayedAsFarAsThereIsRoom() throws Exception {
    onBoth(
        store -> {
          try (Posthorn posthorn = posthorn(store)) {
            WebhookId full = hook(posthorn, "full");
            publish(posthorn, "full.x", 0, 13);
            Delivery one = in(posthorn, full, DeliveryState.DISCARDED).get(0);
            posthorn.deliveries().replay(one.id());
            assertEquals(
                3, in(posthorn, full, DeliveryState.DISCARDED).size(), "there is no room for it");
          }
        });
  }

  @Test
  void whatATransactionOfTheHostHoldsIsNobodyElses() throws Exception {
    JdbcStore store = store(new Database(server.source()), Dialect.POSTGRESQL);
    try (Posthorn posthorn = posthorn(store)) {
      WebhookId full = hook(posthorn, "full");
      try (JdbcTransaction transaction = JdbcTransaction.begin(server.source())) {
        for (int i = 0; i < 12; i++) {
          posthorn.publisher().in(transaction).publish(event("full.x", i));
        }
        // rolled back
      }
      publish(posthorn, "full.x", 20, 10);
      assertEquals(10, in(posthorn, full, DeliveryState.PENDING).size());
      assertEquals(0, in(posthorn, full, DeliveryState.DISCARDED).size());
    }
  }

  @Test
  void aTransactionOfTheHostKeepsTheQuota() throws Exception {
    JdbcStore store = store(new Database(server.source()), Dialect.POSTGRESQL);
    try (Posthorn posthorn = posthorn(store)) {
      WebhookId full = hook(posthorn, "full");
      try (JdbcTransaction transaction = JdbcTransaction.begin(server.source())) {
        for (int i = 0; i < 12; i++) {
          posthorn.publisher().in(transaction).publish(event("full.x", i));
        }
        transaction.commit();
      }
      assertEquals(10, in(posthorn, full, DeliveryState.PENDING).size());
      assertEquals(2, in(posthorn, full, DeliveryState.DISCARDED).size());
    }
  }

  @Test
  void aQuotaOfNothingIsRefused() throws Exception {
    JdbcStore store = JdbcStore.on(server.source());
    assertEquals(OptionalInt.of(1_000_000), store.pendingPerWebhook());
    assertEquals(OptionalInt.of(5), store.pendingPerWebhook(5).pendingPerWebhook());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> store.pendingPerWebhook(0));
    assertEquals("pendingPerWebhook must be at least 1: 0", refused.getMessage());
  }
}
