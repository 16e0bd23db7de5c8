package dev.posthorn.testing;

import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.store.Storage;
import java.time.Duration;
import java.time.Instant;

class InMemoryStoreCompatibilityTest extends StorageCompatibilityTest {
  private final ManualTime time = ManualTime.at(Instant.parse("2025-01-01T00:00:00Z"));

  @Override
  protected Storage open() {
    return InMemoryStore.create(time);
  }

  @Override
  protected void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }
}
