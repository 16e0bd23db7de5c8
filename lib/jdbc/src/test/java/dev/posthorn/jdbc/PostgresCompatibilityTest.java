package dev.posthorn.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.store.Storage;
import dev.posthorn.testing.StorageCompatibilityTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Every promise of the ports, kept on a real PostgreSQL whose clock the test moves. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PostgresCompatibilityTest extends StorageCompatibilityTest {
  private static final String SHIFTED =
      "(" + Dialect.POSTGRESQL.now() + " + (select by from test_shift))";

  private static PostgresServer server;
  private static HikariDataSource pool;
  private static Database database;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start("compatibility");
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.source());
    config.setMaximumPoolSize(8);
    pool = new HikariDataSource(config);
    database = new Database(pool);
  }

  @AfterAll
  static void stopServer() throws IOException {
    pool.close();
    server.close();
  }

  @Override
  protected Storage open() {
    database.transaction(
        session -> {
          session.update("drop schema public cascade");
          session.update("create schema public");
          session.update("create table test_shift (by bigint not null)");
          return session.update("insert into test_shift values (0)");
        });
    Tables tables = new Tables("posthorn_", SHIFTED);
    return new JdbcStore(database, Dialect.POSTGRESQL, tables, () -> 0).createTables();
  }

  @Override
  protected void passTime(Duration time) {
    database.transaction(
        session -> session.update("update test_shift set by = by + ?", Micros.of(time)));
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }
}
