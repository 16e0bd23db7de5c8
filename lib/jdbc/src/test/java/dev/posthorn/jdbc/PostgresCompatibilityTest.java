package dev.posthorn.jdbc;

import dev.posthorn.store.Storage;
import dev.posthorn.testing.StorageCompatibilityTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Every promise of the ports, kept on a real PostgreSQL. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PostgresCompatibilityTest extends StorageCompatibilityTest {
  private static PostgresDatabase database;

  @BeforeAll
  static void startServer() {
    database = new PostgresDatabase("compatibility");
  }

  @AfterAll
  static void stopServer() throws IOException {
    database.close();
  }

  @Override
  protected Storage open() {
    return database.fresh();
  }

  @Override
  protected void passTime(Duration time) {
    database.pass(time);
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }
}
