package dev.posthorn;

import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.dispatch.Engine;
import dev.posthorn.store.Storage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends an instance within a limit. To be run once. */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");

  private final Storage storage;
  private final Engine engine;
  private final LongSupplier ticks;
  private final Duration within;
  private final @Nullable WebhookSender ownSender;
  private final @Nullable ExecutorService ownExchanges;
  private final List<ExecutorService> ownThreads;

  /**
   * What there is to end.
   *
   * @param ownSender null if the host handed one in
   * @param ownExchanges the threads of exchanges; null if the host handed them in
   */
  Closing(
      Storage storage,
      Engine engine,
      LongSupplier ticks,
      Duration within,
      @Nullable WebhookSender ownSender,
      @Nullable ExecutorService ownExchanges,
      List<ExecutorService> ownThreads) {
    this.storage = storage;
    this.engine = engine;
    this.ticks = ticks;
    this.within = within;
    this.ownSender = ownSender;
    this.ownExchanges = ownExchanges;
    this.ownThreads = ownThreads;
  }

  void run() {
    long start = ticks.getAsLong();
    if (!storage.durable()) {
      engine.refuseEvents();
      engine.settle(left(start, within.dividedBy(2)));
    }
    engine.turnOff();
    if (!engine.landed(left(start, within.multipliedBy(9).dividedBy(10)))) {
      engine.cancelling();
      cutOff();
      engine.landed(left(start, within));
    }
    engine.close();
    release();
    reportLeft();
  }

  /** Gives back what is our own, whether anything has been begun with it or not. */
  void release() {
    cutOff();
    ownThreads.forEach(ExecutorService::shutdownNow);
  }

  /** Ends exchanges by what is our own: the sender, or else the threads that it blocks. */
  private void cutOff() {
    if (ownSender != null) {
      ownSender.close();
    } else if (ownExchanges != null) {
      ownExchanges.shutdownNow();
    }
  }

  private void reportLeft() {
    if (storage.durable()) {
      return;
    }
    try {
      long pending = storage.history().report(1).pending().orElse(0);
      if (pending > 0) {
        log.warn(
            "closed; deliveries that were not sent: {}. They were in memory only, and are lost"
                + " with the process",
            pending);
      }
    } catch (RuntimeException failure) {
      log.warn("closed, but the store does not tell what was not sent", failure);
    }
  }

  private Duration left(long start, Duration limit) {
    Duration left = limit.minusNanos(ticks.getAsLong() - start);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
