package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and the host's own rows in one transaction of an H2 database: both or neither. */
@SuppressWarnings("NullAway.Init") // set before each test
class H2HostTransactionTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private JdbcDataSource source;
  private Connection keptOpen;
  private JdbcStore store;
  private ScriptedReceiver receiver;
  private Posthorn posthorn;
  private WebhookId hook;

  @BeforeEach
  void start() throws SQLException {
    source = new JdbcDataSource();
    source.setURL("jdbc:h2:async:" + directory.resolve("host") + ";WRITE_DELAY=0");
    keptOpen = source.getConnection();
    new Session(keptOpen).update("create table orders (id varchar primary key)");
    store = JdbcStore.on(source).createTables();
    receiver = ScriptedReceiver.start();
    posthorn =
        Posthorn.builder()
            .contract(Contracts.oneHorizon())
            .store(store)
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .build()
            .start();
    hook = posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents()).id();
    assertTrue(posthorn.registry().verify(hook).verified());
  }

  @AfterEach
  void stop() throws SQLException {
    posthorn.close();
    receiver.close();
    keptOpen.close();
  }

  @Test
  void whatIsCommittedIsSent() throws SQLException {
    try (JdbcTransaction transaction = JdbcTransaction.begin(source)) {
      order(transaction, "committed");
      posthorn.publisher().in(transaction).publish(event("committed"));
      assertTrue(posthorn.settle(AMPLE));
      assertEquals(List.of(), receiver.requests(), "nothing is sent before the commit");
      transaction.commit();
    }
    assertEquals(1, receiver.awaitRequests(1).size());
    assertEquals(List.of("committed"), orders());
  }

  @Test
  void whatIsRolledBackIsNeitherSentNorRemembered() throws SQLException {
    try (JdbcTransaction transaction = JdbcTransaction.begin(source)) {
      order(transaction, "rolled back");
      posthorn.publisher().in(transaction).publish(event("rolled back"));
    }
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(List.of(), receiver.requests(), "what was rolled back is not sent");
    assertEquals(List.of(), orders());

    assertEquals(
        Published.Status.ACCEPTED,
        posthorn.publisher().publish(event("rolled back")).status(),
        "what was rolled back is not remembered");
    assertEquals(1, receiver.awaitRequests(1).size());
  }

  @Test
  void aDuplicateDoesNotAbortTheTransaction() throws SQLException {
    posthorn.publisher().publish(event("twice"));
    try (JdbcTransaction transaction = JdbcTransaction.begin(source)) {
      Published again = posthorn.publisher().in(transaction).publish(event("twice"));
      assertEquals(Published.Status.KNOWN, again.status());
      order(transaction, "beside a duplicate");
      transaction.commit();
    }
    assertEquals(List.of("beside a duplicate"), orders());
    assertTrue(posthorn.settle(AMPLE));
    assertEquals(1, receiver.requests().size(), "a duplicate is not sent");
  }

  @Test
  void whatFailsHalfWayIsTakenBackWithoutTheRestOfTheTransaction() throws SQLException {
    posthorn.publisher().publish(event("first"));
    String taken =
        new Database(source)
            .statement(
                session ->
                    session.query("select id from posthorn_delivery", row -> row.getString(1)))
            .get(0);
    try (JdbcTransaction transaction = JdbcTransaction.begin(source)) {
      order(transaction, "beside a failure");
      List<NewEvent> events = List.of(newEvent("good", "d-good"), newEvent("bad", taken));
      StoreException refused =
          assertThrows(StoreException.class, () -> store.deliveries().add(events, transaction));
      assertEquals("the database refused a value, SQLState 23505", refused.getMessage());
      transaction.commit();
    }
    assertEquals(List.of("beside a failure"), orders());
    assertEquals(
        Published.Status.ACCEPTED,
        posthorn.publisher().publish(event("good")).status(),
        "nothing is left of a call that failed");
  }

  @Test
  void transactionsThatPublishToOneWebhookDoNotWaitForEachOther() throws SQLException {
    try (JdbcTransaction slow = JdbcTransaction.begin(source);
        JdbcTransaction quick = JdbcTransaction.begin(source)) {
      posthorn.publisher().in(slow).publish(event("slow"));
      new Session(quick.connection()).update("set lock_timeout 10000");
      posthorn.publisher().in(quick).publish(event("quick"));
      quick.commit();
      receiver.awaitRequests(1);
      slow.commit();
    }
    assertEquals(2, receiver.awaitRequests(2).size());
  }

  private NewEvent newEvent(String id, String delivery) {
    EventKey key = new EventKey(Tenant.DEFAULT, "/orders", id);
    byte[] json = ("{\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
    NewDelivery born = new NewDelivery(DeliveryId.of(delivery), hook, Duration.ofDays(1), false);
    return new NewEvent(key, "order.placed", CanonicalEvent.ofJson(json), List.of(born));
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/orders"))
        .withType("order.placed")
        .withData("application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private static void order(JdbcTransaction transaction, String id) throws SQLException {
    new Session(transaction.connection()).update("insert into orders (id) values (?)", id);
  }

  private List<String> orders() {
    return new Database(source)
        .statement(session -> session.query("select id from orders", row -> row.getString(1)));
  }
}
