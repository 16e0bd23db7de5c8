package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process was leased when it stored it, of which no lane tells, is soon found. */
@SuppressWarnings("NullAway.Init") // set before each test
class LostProcessTest {
  private static final WebhookId WEBHOOK = WebhookId.of("hook");
  private static final EventKey EVENT = new EventKey(Tenant.DEFAULT, "/orders", "one");

  private final AtomicLong ticks = new AtomicLong();
  private PostgresServer server;
  private HikariDataSource pool;
  private Database database;

  @BeforeEach
  void startServer() {
    server = PostgresServer.start("lost");
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(4);
    pool = new HikariDataSource(config);
    database = new Database(pool);
    database.transaction(
        session -> {
          session.update("create table test_shift (by bigint not null)");
          return session.update("insert into test_shift values (0)");
        });
  }

  @AfterEach
  void stopServer() throws IOException {
    pool.close();
    server.close();
  }

  @Test
  void itIsClaimedWithinTwoSecondsOfTheEndOfItsLease() {
    for (Duration lease : List.of(Duration.ofSeconds(16), Duration.ofMinutes(2))) {
      JdbcStore lost = store(lease);
      JdbcStore other = store(lease);
      lost.webhooks().insert(webhook());
      claim(lost, "lost", lease);
      claim(other, "other", lease);
      lost.deliveries().add(List.of(born()), lease);

      int claimed = 0;
      Duration passed = Duration.ZERO;
      while (claimed == 0 && passed.compareTo(lease.plusMinutes(1)) < 0) {
        passed = passed.plus(pass(Duration.ofMillis(1_200)));
        claimed = claim(other, "other", lease);
      }
      Duration late = passed.minus(lease);
      assertEquals(1, claimed, "claimed when a lease of " + lease + " had ended");
      assertTrue(late.compareTo(Duration.ofSeconds(2)) < 0, () -> "so late: " + late);
    }
  }

  private JdbcStore store(Duration lease) {
    String shifted = "(" + Dialect.POSTGRESQL.now() + " + (select by from test_shift))";
    Tables tables = new Tables("t" + lease.toSeconds() + "_", shifted);
    return new JdbcStore(database, Dialect.POSTGRESQL, tables, ticks::get, 1_000_000)
        .createTables();
  }

  private Duration pass(Duration time) {
    ticks.addAndGet(time.toNanos());
    database.statement(
        session -> session.update("update test_shift set by = by + ?", Micros.of(time)));
    return time;
  }

  private static int claim(JdbcStore store, String node, Duration lease) {
    return store
        .deliveries()
        .claim(new ClaimRequest(node, 10, 10, Map.of(), lease))
        .claims()
        .size();
  }

  private static NewEvent born() {
    byte[] json =
        "{\"specversion\":\"1.0\",\"id\":\"one\",\"source\":\"/orders\",\"type\":\"order.placed\"}"
            .getBytes(StandardCharsets.UTF_8);
    NewDelivery delivery =
        new NewDelivery(DeliveryId.of("dlv_1"), WEBHOOK, Duration.ofDays(1), true);
    return new NewEvent(EVENT, "order.placed", CanonicalEvent.ofJson(json), List.of(delivery));
  }

  private static StoredWebhook webhook() {
    Webhook webhook =
        new Webhook(
            WEBHOOK,
            Tenant.DEFAULT,
            "https://customer.example/",
            "onehorizon",
            Set.of(new EventPattern("order.*")),
            "",
            Map.of(),
            null,
            null,
            null,
            Instant.EPOCH);
    return new StoredWebhook(webhook, List.of(), null, null, 1);
  }
}
