package dev.posthorn.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Duration;

/** A real PostgreSQL for one class of tests, which moves its clock. */
final class PostgresDatabase implements AutoCloseable {
  private final PostgresServer server;
  private final HikariDataSource pool;
  private final MovedClock clock;

  PostgresDatabase(String name) {
    server = PostgresServer.start(name);
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(8);
    pool = new HikariDataSource(config);
    clock = new MovedClock(new Database(pool), Dialect.POSTGRESQL);
  }

  JdbcStore fresh() {
    return clock.fresh("drop schema public cascade", "create schema public");
  }

  JdbcStore store() {
    return clock.store();
  }

  Database database() {
    return clock.database();
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
