package dev.posthorn.testing.postgres;

import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Storage;
import dev.posthorn.store.WebhookStore;
import java.time.Duration;
import java.util.Optional;

/** A store in PostgreSQL, as small as the port allows: proof that one can be written. */
final class PostgresStore implements Storage {
  private final PostgresDeliveries deliveries;
  private final PostgresHistory history;
  private final PostgresWebhooks webhooks;

  PostgresStore(Database database) {
    database.createTables();
    deliveries = new PostgresDeliveries(database);
    history = new PostgresHistory(database);
    webhooks = new PostgresWebhooks(database);
  }

  @Override
  public DeliveryStore deliveries() {
    return deliveries;
  }

  @Override
  public DeliveryHistory history() {
    return history;
  }

  @Override
  public WebhookStore webhooks() {
    return webhooks;
  }

  @Override
  public boolean durable() {
    return true;
  }

  @Override
  public Optional<Duration> pollInterval() {
    return Optional.of(Duration.ofSeconds(1));
  }

  static long micros(Duration duration) {
    return duration.getSeconds() * 1_000_000 + (duration.getNano() + 999) / 1000;
  }

  static Duration duration(long micros) {
    return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
