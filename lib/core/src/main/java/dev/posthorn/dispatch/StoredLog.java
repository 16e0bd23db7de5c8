package dev.posthorn.dispatch;

import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Storage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The log of one tenant over a store. */
public final class StoredLog implements DeliveryLog {
  private static final int BATCH = 1_000;
  private static final int MOST_REPLAYS = 1_000;

  private final Storage storage;
  private final DeliveryHistory history;
  private final Runnable wake;
  private final Tenant tenant;

  /**
   * The log of the default tenant.
   *
   * @param wake called when something has become due
   */
  public StoredLog(Storage storage, Runnable wake) {
    this(storage, wake, Tenant.DEFAULT);
  }

  private StoredLog(Storage storage, Runnable wake, Tenant tenant) {
    this.storage = storage;
    this.history = storage.history();
    this.wake = wake;
    this.tenant = tenant;
  }

  @Override
  public DeliveryLog forTenant(Tenant other) {
    return new StoredLog(storage, wake, other);
  }

  @Override
  public Page<Delivery> of(WebhookId webhook, Page.Request page) {
    mustExist(webhook);
    return history.list(DeliveryQuery.of(tenant, webhook), page);
  }

  @Override
  public Page<Delivery> ofEvent(String source, String id, Page.Request page) {
    return history.list(DeliveryQuery.of(new EventKey(tenant, source, id)), page);
  }

  @Override
  public Page<Delivery> failed(Page.Request page) {
    return history.failed(tenant, page);
  }

  @Override
  public Explanation explain(DeliveryId id) {
    Delivery delivery = find(id);
    Optional<LaneReport> lane = history.lane(delivery.webhook());
    return new Explanation(
        delivery, history.attempts(id), why(delivery, lane), next(delivery, lane));
  }

  @Override
  public LaneReport explain(WebhookId webhook) {
    mustExist(webhook);
    return history.lane(webhook).orElseThrow(() -> notFound(webhook));
  }

  @Override
  public Delivery replay(DeliveryId id) {
    find(id);
    history.requeue(DeliveryQuery.of(tenant, id), 1);
    wake.run();
    return find(id);
  }

  @Override
  public Replayed replayFailed(WebhookId webhook, Instant since, Instant until, int limit) {
    if (limit < 1 || limit > MOST_REPLAYS) {
      throw new IllegalArgumentException(
          "1 to " + MOST_REPLAYS + " deliveries are replayed at once: " + limit);
    }
    if (since.isAfter(until)) {
      throw new IllegalArgumentException(
          "since must not be after until: " + since + " is after " + until);
    }
    mustExist(webhook);
    Replayed replayed = history.requeueFailed(tenant, webhook, since, until, limit);
    wake.run();
    return replayed;
  }

  @Override
  public int clear(WebhookId webhook) {
    mustExist(webhook);
    int all = 0;
    int removed;
    do {
      removed = history.remove(DeliveryQuery.of(tenant, webhook), BATCH);
      all += removed;
    } while (removed == BATCH);
    return all;
  }

  private Delivery find(DeliveryId id) {
    List<Delivery> found = history.list(DeliveryQuery.of(tenant, id), Page.first(1)).items();
    if (found.isEmpty()) {
      throw new NotFoundException("there is no delivery " + id);
    }
    return found.get(0);
  }

  private void mustExist(WebhookId webhook) {
    if (storage.webhooks().find(tenant, webhook).isEmpty()) {
      throw notFound(webhook);
    }
  }

  private static NotFoundException notFound(WebhookId webhook) {
    return new NotFoundException("there is no webhook " + webhook);
  }

  private static String why(Delivery delivery, Optional<LaneReport> lane) {
    return switch (delivery.state()) {
      case DELIVERED -> "It was delivered: " + told(delivery.lastOutcome()) + ".";
      case EXHAUSTED -> "It was given up, because " + ended(delivery) + "." + lastly(delivery);
      case DISCARDED -> "It was discarded, because " + ended(delivery) + "." + lastly(delivery);
      case HELD -> "It is held." + standing(lane);
      case PENDING -> waiting(delivery) + lastly(delivery) + standing(lane);
    };
  }

  private static String waiting(Delivery delivery) {
    if (delivery.attempts() > 0) {
      return "It waits for another attempt.";
    }
    return delivery.round() == 1
        ? "It waits for its first attempt."
        : "It waits for the first attempt of round " + delivery.round() + ".";
  }

  /** A sentence on the webhook, unless all is well with it. */
  private static String standing(Optional<LaneReport> lane) {
    return lane.filter(report -> report.state() != LaneState.OPEN)
        .map(report -> " " + report.why())
        .orElse("");
  }

  private static String ended(Delivery delivery) {
    return delivery.ended() == null ? "it ended" : delivery.ended().explanation();
  }

  /** A sentence on the last attempt of this round, if there was one. */
  private static String lastly(Delivery delivery) {
    return delivery.attempts() == 0
        ? ""
        : " Attempt " + delivery.attempts() + ": " + told(delivery.lastOutcome()) + ".";
  }

  private static String told(@Nullable Outcome outcome) {
    return outcome == null ? "no attempt was made" : outcome.describe();
  }

  private static @Nullable Instant next(Delivery delivery, Optional<LaneReport> lane) {
    Instant due = delivery.nextAttempt();
    if (due == null || delivery.state() != DeliveryState.PENDING) {
      return null;
    }
    Instant gate =
        lane.filter(l -> l.state() == LaneState.GATED || l.state() == LaneState.FAILING)
            .map(LaneReport::nextAttempt)
            .orElse(null);
    return gate != null && gate.isAfter(due) ? gate : due;
  }
}
