package dev.posthorn.examples.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.delivery.Limits;
import dev.posthorn.jdbc.JdbcStore;
import dev.posthorn.jdbc.JdbcTransaction;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * An application that takes orders and tells its customers' webhooks about them: each order and its
 * event are in one transaction. This is the part to copy.
 */
final class Shop implements AutoCloseable {
  private static final int CREDIT = 5_000;

  /** What the event says; Jackson makes JSON of it. */
  record Order(long number, String buyer, int cents) {}

  private final HikariDataSource database;
  private final Posthorn posthorn;

  Shop(String url) throws SQLException {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(url);
    pool.setMaximumPoolSize(10); // for the application and for Posthorn, which needs a few at most
    database = new HikariDataSource(pool);
    createTable();
    posthorn =
        Posthorn.builder()
            .name("shop")
            .store(JdbcStore.on(database).createTables()) // beside the application's own tables
            .endpoints(EndpointPolicy.standard().allowLoopback()) // not in production
            // How soon the work of a killed process is taken over. The default, twice the
            // contract's timeout and 10 s, is 16 s here; this is the least there can be.
            .limits(Limits.standard().lease(Duration.ofSeconds(4)))
            .build();
  }

  /** Takes so many orders and delivers their events; what was left by a killed one, too. */
  public static void main(String[] args) throws SQLException {
    try (Shop shop = new Shop(args[0])) {
      shop.posthorn.start();
      for (int i = 1; i <= Integer.parseInt(args[1]); i++) {
        shop.place("buyer-" + i % 7, i % 5 == 0 ? CREDIT + 1 : 10 * i);
      }
      // A server would run on, and close in a shutdown hook; this ends when all has been sent.
      if (!shop.posthorn.drain(Duration.ofMinutes(1))) {
        throw new IllegalStateException("not sent within a minute: " + shop.posthorn.health());
      }
    }
  }

  /** Afterwards the order and its event are there, or neither, whatever happens in between. */
  boolean place(String buyer, int cents) throws SQLException {
    try (JdbcTransaction transaction = JdbcTransaction.begin(database)) {
      Order order = insert(transaction.connection(), buyer, cents);
      posthorn
          .publisher()
          .in(transaction)
          .publish("order.placed", String.valueOf(order.number()), order);
      if (cents > CREDIT) {
        return false; // beyond the buyer's credit: what is closed without a commit is rolled back
      }
      transaction.commit();
      return true;
    }
  }

  private static Order insert(Connection connection, String buyer, int cents) throws SQLException {
    String sql = "insert into orders (buyer, cents) values (?, ?) returning number";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, buyer);
      insert.setInt(2, cents);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new Order(row.getLong("number"), buyer, cents);
      }
    }
  }

  private void createTable() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table if not exists orders (
            number bigint generated always as identity primary key,
            buyer text not null,
            cents integer not null
          )""");
    }
  }

  WebhookRegistry webhooks() {
    return posthorn.registry();
  }

  @Override
  public void close() {
    posthorn.close(); // before the pool, which it still needs to record what was in flight
    database.close();
  }
}
