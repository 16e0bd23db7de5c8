package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events and the host's own rows in one transaction: both or neither. */
@SuppressWarnings("NullAway.Init") // set before the tests
class HostTransactionTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  private static PostgresServer server;
  private static HikariDataSource pool;
  private static int prefixes;

  private final AtomicReference<Optional<Transaction>> current =
      new AtomicReference<>(Optional.empty());
  private ScriptedReceiver receiver;
  private Posthorn posthorn;
  private Registration hook;

  @BeforeAll
  static void startServer() throws SQLException {
    server = PostgresServer.start("host-transactions");
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(16);
    pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table orders (id text primary key)");
    }
  }

  @AfterAll
  static void stopServer() throws IOException {
    pool.close();
    server.close();
  }

  @BeforeEach
  void start() {
    receiver = ScriptedReceiver.start();
    posthorn =
        Posthorn.builder()
            .contract(Contracts.oneHorizon())
            .store(JdbcStore.on(pool).tablePrefix("t" + prefixes++ + "_").createTables())
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .joining(current::get)
            .build()
            .start();
    hook = posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents());
    assertTrue(posthorn.registry().verify(hook.id()).verified());
  }

  @AfterEach
  void stop() {
    posthorn.close();
    receiver.close();
  }

  @Test
  void whatIsCommittedIsSent() throws SQLException {
    try (JdbcTransaction transaction = JdbcTransaction.begin(pool)) {
      order(transaction.connection(), "committed");
      Published published = posthorn.publisher().in(transaction).publish(event("committed"));
      assertTrue(published.accepted(), () -> "accepted: " + published);
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(List.of(), receiver.requests(), "nothing is sent before the commit");
      transaction.commit();
    }
    assertEquals(1, receiver.awaitRequests(1).size());
    assertTrue(orders().contains("committed"));
  }

  @Test
  void whatIsRolledBackIsNeitherSentNorRemembered() throws SQLException {
    try (JdbcTransaction transaction = JdbcTransaction.begin(pool)) {
      order(transaction.connection(), "rolled back");
      posthorn.publisher().in(transaction).publish(event("rolled back"));
    }
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(List.of(), receiver.requests(), "what was rolled back is not sent");
    assertFalse(orders().contains("rolled back"));

    assertEquals(
        Published.Status.ACCEPTED,
        posthorn.publisher().publish(event("rolled back")).status(),
        "what was rolled back is not remembered");
    assertEquals(1, receiver.awaitRequests(1).size());
  }

  @Test
  void aDuplicateDoesNotAbortTheTransaction() throws SQLException {
    posthorn.publisher().publish(event("twice"));
    try (JdbcTransaction transaction = JdbcTransaction.begin(pool)) {
      Published again = posthorn.publisher().in(transaction).publish(event("twice"));
      assertEquals(Published.Status.KNOWN, again.status());
      order(transaction.connection(), "beside a duplicate");
      transaction.commit();
    }
    assertTrue(orders().contains("beside a duplicate"));
  }

  @Test
  void transactionsThatPublishToOneWebhookDoNotWaitForEachOther() throws SQLException {
    try (JdbcTransaction slow = JdbcTransaction.begin(pool);
        JdbcTransaction quick = JdbcTransaction.begin(pool)) {
      posthorn.publisher().in(slow).publish(event("slow"));
      timeLimited(quick.connection());
      posthorn.publisher().in(quick).publish(event("quick"));
      quick.commit();
      receiver.awaitRequests(1);
      slow.commit();
    }
    assertEquals(2, receiver.awaitRequests(2).size());
  }

  @Test
  void aTransactionOfTheHostsFrameworkIsJoined() throws SQLException {
    List<Runnable> afterCommit = new ArrayList<>();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      current.set(Optional.of(JdbcTransaction.on(connection, afterCommit::add)));
      posthorn.publisher().publish(event("joined"));
      current.set(Optional.empty());
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(List.of(), receiver.requests(), "nothing is sent before the commit");
      connection.commit();
      afterCommit.forEach(Runnable::run);
      connection.setAutoCommit(true);
    }
    assertEquals(1, receiver.awaitRequests(1).size());
  }

  @Test
  void aCommitThatNobodyToldOfIsFoundByLooking() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      Transaction untold = JdbcTransaction.on(connection, action -> {});
      posthorn.publisher().in(untold).publish(event("untold"));
      connection.commit();
      connection.setAutoCommit(true);
    }
    assertEquals(1, receiver.awaitRequests(1).size());
  }

  @Test
  void aConnectionThatCommitsByItselfIsRefused() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      Transaction none = JdbcTransaction.on(connection, action -> {});
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> posthorn.publisher().in(none).publish(event("refused")));
      assertTrue(refused.toString().contains("setAutoCommit(false)"), refused::toString);
    }
  }

  @Test
  void aTransactionOfAnotherKindIsRefused() {
    Transaction foreign = action -> {};
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> posthorn.publisher().in(foreign).publish(event("refused")));
    assertTrue(refused.toString().contains("JdbcTransaction"), refused::toString);
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/orders"))
        .withType("order.placed")
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static void order(Connection connection, String id) throws SQLException {
    new Session(connection).update("insert into orders (id) values (?)", id);
  }

  private static List<String> orders() {
    return new Database(pool)
        .statement(session -> session.query("select id from orders", HostTransactionTest::text));
  }

  private static String text(ResultSet row) throws SQLException {
    return row.getString(1);
  }

  private static void timeLimited(Connection connection) throws SQLException {
    new Session(connection).update("set local lock_timeout = '10s'");
  }
}
