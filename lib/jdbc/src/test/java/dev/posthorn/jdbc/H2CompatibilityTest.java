package dev.posthorn.jdbc;

import dev.posthorn.store.Storage;
import dev.posthorn.testing.StorageCompatibilityTest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Every promise of the ports, kept in a file of H2. */
@SuppressWarnings("NullAway.Init") // set before all tests
class H2CompatibilityTest extends StorageCompatibilityTest {
  @TempDir private static Path directory;
  private static H2Database database;

  @BeforeAll
  static void openFile() {
    database = new H2Database(directory.resolve("compatibility"));
  }

  @AfterAll
  static void closeFile() {
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
