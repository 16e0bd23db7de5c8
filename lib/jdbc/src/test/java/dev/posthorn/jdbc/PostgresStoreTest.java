package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Finished;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a database with several connections can get wrong. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PostgresStoreTest {
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final int AMPLE_SECONDS = 60;
  private static final String BIG_TABLES =
      "('posthorn_pending', 'posthorn_delivery', 'posthorn_event')";

  private static PostgresDatabase database;
  private JdbcStore store;

  @BeforeAll
  static void startServer() {
    database = new PostgresDatabase("store");
  }

  @AfterAll
  static void stopServer() throws IOException {
    database.close();
  }

  @BeforeEach
  void makeTables() {
    store = database.fresh();
  }

  // --- tables

  @Test
  void severalProcessesMayMakeTheTablesAtOnce() throws Exception {
    database.execute("drop schema public cascade");
    database.execute("create schema public");
    List<FutureTask<JdbcStore>> makers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FutureTask<JdbcStore> maker = new FutureTask<>(() -> database.onItsOwn().createTables());
      makers.add(maker);
      new Thread(maker).start();
    }
    for (FutureTask<JdbcStore> maker : makers) {
      assertTrue(
          maker
              .get(AMPLE_SECONDS, TimeUnit.SECONDS)
              .webhooks()
              .list(Tenant.DEFAULT, Page.first(1))
              .items()
              .isEmpty());
    }
    assertEquals("1", database.text("select count(*) from posthorn_schema"));
  }

  @Test
  void tablesMayBeMadeByAToolInASchemaOfTheirOwn() throws SQLException {
    database.execute("create schema hooks");
    JdbcStore elsewhere = database.onItsOwn().tablePrefix("hooks.own_");
    database.execute(elsewhere.ddl());
    elsewhere.createTables(); // finds them
    assertTrue(elsewhere.webhooks().insert(webhook("hook")));
    elsewhere.deliveries().add(events(0, 10, "hook"), LEASE);
    assertEquals(10, claim(elsewhere, 10).size());
    assertEquals(List.of(), claim(store, 10), "the other tables have nothing");
    database.execute("drop schema hooks cascade");
  }

  // --- webhooks

  @Test
  void aWebhookThatIsCommittedLateIsNotSkipped() throws Exception {
    Tables tables = new Tables("posthorn_", Dialect.POSTGRESQL.now());
    WebhookWriting writing = new WebhookWriting(tables, new LaneWriting(tables));
    FutureTask<Boolean> later = new FutureTask<>(() -> store.webhooks().insert(webhook("later")));
    try (Connection slow = database.connection()) {
      slow.setAutoCommit(false);
      assertTrue(writing.insert(new Session(slow), webhook("slow")));
      new Thread(later).start();
      awaitSomebodyWaiting();
      assertEquals(
          List.of(),
          store.webhooks().changedSince("", 10).changes(),
          "nobody reads past a change that is not committed");
      slow.commit();
    }
    assertTrue(later.get(AMPLE_SECONDS, TimeUnit.SECONDS));
    assertEquals(List.of("slow", "later"), ids(store.webhooks().changedSince("", 10)));
  }

  @Test
  void aDeletionIsToldOfForADay() {
    store.webhooks().insert(webhook("gone"));
    String cursor = store.webhooks().changedSince("", 10).cursor();
    store.webhooks().delete(Tenant.DEFAULT, WebhookId.of("gone"));
    database.pass(Duration.ofHours(23));
    keepUp();
    assertEquals(List.of("gone"), ids(store.webhooks().changedSince(cursor, 10)));

    database.pass(Duration.ofHours(2));
    store = database.store();
    keepUp();
    assertEquals(List.of(), ids(store.webhooks().changedSince(cursor, 10)), "the table is bounded");
    add(10, "gone");
    assertEquals(
        List.of(), claimed(store, 10), "whoever has not heard of the deletion can do no harm");
  }

  @Test
  void whatATransactionAddsToADeletedWebhookIsRemovedAfterwards() throws SQLException {
    store.webhooks().insert(webhook("gone"));
    try (Connection slow = database.connection()) {
      slow.setAutoCommit(false);
      JdbcTransaction transaction = JdbcTransaction.on(slow, action -> {});
      store.deliveries().add(events(0, 3, "gone"), transaction);
      assertTrue(store.webhooks().delete(Tenant.DEFAULT, WebhookId.of("gone")));
      slow.commit();
    }
    assertEquals("3", database.text("select count(*) from posthorn_delivery"));
    database.pass(Duration.ofHours(25));
    keepUp();
    for (String table : List.of("delivery", "pending", "event")) {
      assertEquals("0", database.text("select count(*) from posthorn_" + table), table);
    }
    keepUp();
    assertEquals("0", database.text("select count(*) from posthorn_deleted"));
  }

  // --- deliveries

  @Test
  void aRetryIsSeenThoughItsLaneIsBeingClaimedOf() throws Exception {
    store.webhooks().insert(webhook("hook"));
    add(1, "hook");
    List<Claim> claims = claim(store, 1);
    database.execute("update posthorn_lane set ready_at = 0");
    FutureTask<Set<DeliveryId>> recording =
        new FutureTask<>(() -> store.deliveries().record(retried(claims), List.of()));
    try (Connection claimer = database.connection()) {
      claimer.setAutoCommit(false);
      new Session(claimer).update("update posthorn_lane set ready_at = " + Micros.NEVER);
      new Thread(recording).start();
      awaitSomebodyWaiting();
      claimer.commit();
    }
    assertEquals(Set.of(), recording.get(AMPLE_SECONDS, TimeUnit.SECONDS));
    assertEquals(1, claim(store, 1).size(), "the claimer does not have the last word");
  }

  @Test
  void aDeliveryWhoseEventWasRemovedByHandKeepsNoOtherWaiting() throws SQLException {
    store.webhooks().insert(webhook("hook"));
    store.deliveries().add(events(0, 3, "hook"), LEASE);
    database.execute("delete from posthorn_event where no = (select min(no) from posthorn_event)");
    assertEquals(2, claim(store, 10).size());
  }

  @Test
  void whatIsTooOldIsFoundHoweverMuchIsYounger() {
    store.webhooks().insert(webhook("hook"));
    add(60_000, "hook"); // more than one call looks through
    add(1, "hook", Duration.ofMinutes(1));
    database.pass(Duration.ofMinutes(2));
    List<Delivery> expired = new ArrayList<>(store.history().expire(500));
    expired.addAll(store.history().expire(500));
    assertEquals(1, expired.size());
  }

  @Test
  void noTableIsReadWholeHoweverStaleTheStatistics() throws SQLException {
    for (int lane = 0; lane < 20; lane++) {
      store.webhooks().insert(webhook("hook" + lane));
    }
    for (int i = 0; i < 20; i++) {
      add(500, "hook" + i);
    }
    // else a table of this size is rightly read whole: it costs no more than 200 seeks of a disk
    database.execute("alter database postgres set random_page_cost = 1.1");
    database.execute("analyze"); // knows of nothing that is leased, tried or ended
    String before = rowsReadOneByOne();
    for (int round = 0; round < 12; round++) { // plans are kept after five
      List<Claim> claims = claim(store, 200);
      assertEquals(200, claims.size());
      assertEquals(Set.of(), store.deliveries().record(delivered(claims), List.of()));
      add(100, "hook" + round);
      WebhookId hook = WebhookId.of("hook" + round);
      DeliveryQuery all = DeliveryQuery.of(Tenant.DEFAULT, hook);
      Page<Delivery> page = store.history().list(all, Page.first(20));
      assertEquals(20, page.items().size());
      store.history().attempts(page.items().get(0).id());
      store.history().failed(Tenant.DEFAULT, Page.first(20));
      store.history().report(10);
    }
    assertEquals(before, rowsReadOneByOne(), "claims, results and the log go by indexes");
  }

  @Test
  void aPoolThatIsolatesMoreThanNeededServes() throws Exception {
    for (String level : List.of("TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE")) {
      store = database.fresh();
      store.webhooks().insert(webhook("hook"));
      try (HikariDataSource isolating = database.isolating(level)) {
        MovedClock clock = new MovedClock(new Database(isolating), Dialect.POSTGRESQL);
        assertEachIsClaimedOnce(clock.store(), level);
      }
    }
  }

  private void assertEachIsClaimedOnce(JdbcStore shared, String level) throws Exception {
    List<FutureTask<List<String>>> claimers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int first = 1000 * i;
      FutureTask<List<String>> task =
          new FutureTask<>(
              () -> {
                List<String> mine = new ArrayList<>();
                for (int round = 0; round < 20; round++) {
                  shared.deliveries().add(events(first + round * 10, 10, "hook"), LEASE);
                  List<Claim> claims = claim(shared, 10);
                  claims.forEach(claim -> mine.add(claim.id().value()));
                  assertEquals(Set.of(), shared.deliveries().record(delivered(claims), List.of()));
                }
                return mine;
              });
      claimers.add(task);
      new Thread(task).start();
    }
    Set<String> all = new HashSet<>();
    for (FutureTask<List<String>> claimer : claimers) {
      for (String id : claimer.get(AMPLE_SECONDS, TimeUnit.SECONDS)) {
        assertTrue(all.add(id), () -> level + ": claimed twice: " + id);
      }
    }
    List<Claim> rest = claim(shared, 600);
    rest.forEach(claim -> all.add(claim.id().value()));
    assertEquals(600, all.size(), level);
  }

  // --- helpers

  private void awaitSomebodyWaiting() {
    String waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AMPLE_SECONDS);
    while (database.text(waiting).equals("0")) {
      assertTrue(System.nanoTime() - deadline < 0, "nobody waits");
    }
  }

  private String rowsReadOneByOne() {
    database.closeConnections();
    store = database.store();
    return database.text(
        "select string_agg(relname || ' ' || seq_tup_read, ', ' order by relname)"
            + " from pg_stat_user_tables where relname in "
            + BIG_TABLES);
  }

  /** As each process does every minute. */
  private void keepUp() {
    assertEquals(List.of(), store.history().expire(500));
  }

  private void add(int count, String hook) {
    add(count, hook, Duration.ofDays(7));
  }

  private int added;

  private void add(int count, String hook, Duration maxAge) {
    for (int left = count; left > 0; left -= 1000) {
      int some = Math.min(left, 1000);
      store.deliveries().add(events(added, some, hook, maxAge), LEASE);
      added += some;
    }
  }

  private static List<NewEvent> events(int first, int count, String hook) {
    return events(first, count, hook, Duration.ofDays(7));
  }

  private static List<NewEvent> events(int first, int count, String hook, Duration maxAge) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      byte[] json = ("{\"id\":\"" + i + "\"}").getBytes(StandardCharsets.UTF_8);
      NewDelivery one = new NewDelivery(DeliveryId.of("d" + i), WebhookId.of(hook), maxAge, false);
      EventKey key = new EventKey(Tenant.DEFAULT, "/shop", "e" + i);
      events.add(new NewEvent(key, "order.placed", CanonicalEvent.ofJson(json), List.of(one)));
    }
    return events;
  }

  private static List<Claim> claim(JdbcStore from, int most) {
    return from.deliveries().claim(new ClaimRequest("node", most, most, Map.of(), LEASE)).claims();
  }

  private static List<String> claimed(JdbcStore from, int most) {
    return claim(from, most).stream().map(claim -> claim.id().value()).toList();
  }

  private static List<Finished> delivered(List<Claim> claims) {
    return results(claims, new Outcome.Accepted(204), new Next.Delivered());
  }

  private static List<Finished> retried(List<Claim> claims) {
    return results(claims, Outcome.Failed.status(500, null), new Next.DueIn(Duration.ZERO));
  }

  private static List<Finished> results(List<Claim> claims, Outcome outcome, Next next) {
    Attempt attempt = new Attempt(1, 1, Instant.EPOCH, Duration.ofMillis(3), outcome, "", false);
    return claims.stream()
        .map(claim -> new Finished(claim.id(), claim.fence(), attempt, next))
        .toList();
  }

  private static List<String> ids(Changes changes) {
    return changes.changes().stream().map(change -> change.id().value()).toList();
  }

  private static StoredWebhook webhook(String id) {
    Webhook webhook =
        new Webhook(
            WebhookId.of(id),
            Tenant.DEFAULT,
            "https://customer.example/in",
            "onehorizon",
            Set.of(new EventPattern("*")),
            "",
            Map.of(),
            null,
            null,
            null,
            Instant.EPOCH);
    return new StoredWebhook(webhook, List.of(), null, null, 1);
  }
}
