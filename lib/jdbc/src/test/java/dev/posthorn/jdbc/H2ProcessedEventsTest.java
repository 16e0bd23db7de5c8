package dev.posthorn.jdbc;

import dev.posthorn.receiver.ProcessedEvents;
import dev.posthorn.testing.ProcessedEventsCompatibilityTest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver has handled, kept in a file of H2. */
@SuppressWarnings("NullAway.Init") // set before all tests
class H2ProcessedEventsTest extends ProcessedEventsCompatibilityTest {
  @TempDir private static Path directory;
  private static H2Database database;

  @BeforeAll
  static void openFile() {
    database = new H2Database(directory.resolve("processed"));
  }

  @AfterAll
  static void closeFile() {
    database.close();
  }

  @Override
  protected ProcessedEvents open() {
    return database.fresh().processedEvents("orders");
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
