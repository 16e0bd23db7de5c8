package dev.posthorn.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A real PostgreSQL for one class of tests, which moves its clock. */
final class PostgresDatabase implements AutoCloseable {
  private final PostgresServer server;
  private HikariDataSource pool;
  private MovedClock clock;

  PostgresDatabase(String name) {
    server = PostgresServer.start(name);
    pool = pool("TRANSACTION_READ_COMMITTED");
    clock = new MovedClock(new Database(pool), Dialect.POSTGRESQL);
  }

  private HikariDataSource pool(String isolation) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(8);
    config.setTransactionIsolation(isolation);
    return new HikariDataSource(config);
  }

  JdbcStore fresh() {
    return clock.fresh("drop schema public cascade", "create schema public");
  }

  JdbcStore store() {
    return clock.store();
  }

  /** A connection of the test's own. */
  Connection connection() throws SQLException {
    return pool.getConnection();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String text(String sql) {
    return clock
        .database()
        .statement(session -> session.first(sql, row -> row.getString(1)))
        .orElseThrow();
  }

  /** Closes all connections, with which the server counts what they have done. */
  void closeConnections() {
    pool.close();
    pool = pool("TRANSACTION_READ_COMMITTED");
    clock = new MovedClock(new Database(pool), Dialect.POSTGRESQL);
  }

  /** As a host makes one, by the database's own clock. */
  JdbcStore onItsOwn() {
    return JdbcStore.on(pool);
  }

  /** Other connections, which isolate transactions more. */
  HikariDataSource isolating(String level) {
    return pool(level);
  }

  void pass(Duration time) {
    clock.pass(time);
  }

  @Override
  public void close() throws IOException {
    pool.close();
    server.close();
  }
}
