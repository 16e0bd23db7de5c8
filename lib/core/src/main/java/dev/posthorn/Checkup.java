package dev.posthorn;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.Engine;
import dev.posthorn.registry.Directory;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoreReport;
import dev.posthorn.webhook.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Says how an instance and its store are. Thread-safe. */
final class Checkup {
  private static final int TROUBLED_LANES = 100;
  private static final Duration OVERDUE = Duration.ofMinutes(1);

  private final Storage storage;
  private final Directory directory;
  private final Engine engine;
  private final CountedRefusals sender;

  Checkup(Storage storage, Directory directory, Engine engine, CountedRefusals sender) {
    this.storage = storage;
    this.directory = directory;
    this.engine = engine;
    this.sender = sender;
  }

  Health health() {
    Map<WebhookId, String> unsendable = directory.unsendable(TROUBLED_LANES);
    List<Webhook> unknown = directory.withUnknownContract(TROUBLED_LANES);
    StoreReport report;
    String error = engine.lastStoreError();
    try {
      report = storage.history().report(TROUBLED_LANES);
    } catch (RuntimeException failure) {
      error = "reading the state: " + failure;
      report = new StoreReport(Duration.ZERO, List.of(), OptionalLong.empty(), List.of());
    }
    boolean ok =
        error == null && unsendable.isEmpty() && report.oldestDue().compareTo(OVERDUE) <= 0;
    return new Health(
        ok,
        report.liveNodes(),
        report.oldestDue(),
        engine.inFlight(),
        report.pending(),
        storage.pendingPerWebhook(),
        engine.lateResults(),
        sender.refused(),
        error,
        report.troubled(),
        unknown.stream().map(Webhook::id).toList(),
        unsendable);
  }
}
