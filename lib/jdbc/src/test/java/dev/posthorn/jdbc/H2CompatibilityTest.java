package dev.posthorn.jdbc;

import dev.posthorn.store.Storage;
import dev.posthorn.testing.StorageCompatibilityTest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On H2 in a file, with a clock that is moved. */
@SuppressWarnings("NullAway.Init") // set before all tests
class H2CompatibilityTest extends StorageCompatibilityTest {
  private static final String SHIFTED =
      "(" + Dialect.H2.now() + " + (select micros from test_shift))";

  @TempDir private static Path directory;
  private static H2File file;
  private static Database database;

  @BeforeAll
  static void openFile() {
    file = H2File.at(directory.resolve("compatibility"));
    database = new Database(file);
  }

  @AfterAll
  static void closeFile() {
    file.close();
  }

  @Override
  protected Storage open() {
    database.transaction(
        session -> {
          session.update("drop all objects");
          session.update("create table test_shift (micros bigint not null)");
          return session.update("insert into test_shift values (0)");
        });
    Tables tables = new Tables("posthorn_", SHIFTED);
    return new JdbcStore(database, Dialect.H2, tables, () -> 0).createTables();
  }

  @Override
  protected void passTime(Duration time) {
    database.transaction(
        session -> session.update("update test_shift set micros = micros + ?", Micros.of(time)));
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }
}
