package dev.posthorn.testing.postgres;

import dev.posthorn.store.Storage;
import dev.posthorn.testing.StorageCompatibilityTest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A store on a real PostgreSQL, written against the ports alone, keeps every promise of them. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PostgresStoreCompatibilityTest extends StorageCompatibilityTest {
  private static EmbeddedPostgres server;
  private static Database database;

  @BeforeAll
  static void startServer() throws IOException {
    Path target = Path.of(System.getProperty("basedir", ""), "target").toAbsolutePath();
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(target.resolve("postgres").toFile())
            .setDataDirectory(target.resolve("postgres-data"))
            .start();
    database = new Database(server.getPostgresDatabase());
  }

  @AfterAll
  static void stopServer() throws IOException {
    database.close();
    server.close();
  }

  @Override
  protected Storage open() {
    return new PostgresStore(database);
  }

  @Override
  protected void passTime(Duration time) {
    database.transaction(
        tx ->
            tx.update(
                "update clock set shift = shift + ? * interval '1 microsecond'",
                PostgresStore.micros(time)));
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }
}
