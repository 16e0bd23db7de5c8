package dev.posthorn.jdbc;

import static dev.posthorn.receiver.ProcessedEvents.Progress.DONE;
import static dev.posthorn.receiver.ProcessedEvents.Progress.IN_PROGRESS;
import static dev.posthorn.receiver.ProcessedEvents.Progress.STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.receiver.ProcessedEvents;
import dev.posthorn.testing.ProcessedEventsCompatibilityTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a receiver has handled, kept on a real PostgreSQL. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PostgresProcessedEventsTest extends ProcessedEventsCompatibilityTest {
  private static final Duration LEASE = Duration.ofMinutes(1);

  private static PostgresDatabase database;

  @BeforeAll
  static void startServer() {
    database = new PostgresDatabase("processed");
  }

  @AfterAll
  static void stopServer() throws IOException {
    database.close();
  }

  @Test
  void endpointsAreToldApartAndProcessesAreNot() {
    JdbcStore store = database.fresh();
    ProcessedEvents orders = store.processedEvents("orders");
    assertEquals(STARTED, orders.begin("a", "1", LEASE));
    assertEquals(STARTED, store.processedEvents("bills").begin("a", "1", LEASE));

    ProcessedEvents otherProcess = database.store().processedEvents("orders");
    assertEquals(IN_PROGRESS, otherProcess.begin("a", "1", LEASE));
    otherProcess.done("a", "1");
    assertEquals(DONE, orders.begin("a", "1", LEASE));
    assertEquals(IN_PROGRESS, store.processedEvents("bills").begin("a", "1", LEASE));
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
    return LEASE;
  }
}
