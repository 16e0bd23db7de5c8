package dev.posthorn.examples.ownstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.store.Storage;
import dev.posthorn.testing.ManualTime;
import dev.posthorn.testing.StorageCompatibilityTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Every promise of the port; all it takes is to open the store and to let its time pass. */
class OwnStoreTest extends StorageCompatibilityTest {
  private final ManualTime time = ManualTime.at(Instant.parse("2025-01-01T00:00:00Z"));

  @Override
  protected Storage open() {
    return new OwnStore(time, 100_000);
  }

  @Override
  protected void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }

  @Test
  void aPosthornDeliversFromIt() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    OwnStore.show(new PrintStream(printed, true, UTF_8));
    assertEquals(
        """
        task.deleted: It was given up, because all attempts are used up. Attempt 2: the endpoint\
         answered 503.
          attempt 2: the endpoint answered 503
          attempt 1: the endpoint answered 503
        task.updated: It was delivered: the endpoint answered 204.
          attempt 2: the endpoint answered 204
          attempt 1: the endpoint answered 503
        task.created: It was delivered: the endpoint answered 204.
          attempt 1: the endpoint answered 204
        """,
        printed.toString(UTF_8));
  }
}
