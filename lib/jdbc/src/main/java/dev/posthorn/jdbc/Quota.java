package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps one webhook from filling the store: how many of its deliveries may be pending. To count
 * them each time would cost as much as there are, so each process counts again when it has added a
 * hundredth of the quota, and before it refuses, but not twice a second. Several processes together
 * may exceed the quota by that hundredth each. Thread-safe.
 */
final class Quota {
  private static final String PENDING =
      "select count(*) from (select 1 from {pending} p where p.lane = %s limit ?) few";
  private static final String OF_WEBHOOK = "(select w.no from {webhook} w where w.id = ?)";
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int REMEMBERED = 100_000;

  private final int most;
  private final int slack;
  private final LongSupplier ticks;
  private final String ofWebhook;
  private final String ofLane;
  private final ConcurrentHashMap<WebhookId, Estimate> estimates = new ConcurrentHashMap<>();

  Quota(Tables tables, int most, LongSupplier ticks) {
    this.most = most;
    this.slack = most / 100;
    this.ticks = ticks;
    this.ofWebhook = tables.in(PENDING.formatted(OF_WEBHOOK));
    this.ofLane = tables.in(PENDING.formatted("?"));
  }

  int most() {
    return most;
  }

  /** How many there were when they were last counted, and how many were added since. */
  private final class Estimate {
    private int counted;
    private int added;
    private long countedAt = ticks.getAsLong() - SECOND;

    synchronized boolean wantsCount(int more) {
      boolean full = counted + added + more > most;
      boolean old = ticks.getAsLong() - countedAt >= SECOND;
      return full ? old || added > 0 : added + more > slack;
    }

    synchronized void counted(int now) {
      counted = now;
      added = 0;
      countedAt = ticks.getAsLong();
    }

    synchronized boolean admit() {
      if (counted + added >= most) {
        return false;
      }
      added++;
      return true;
    }
  }

  /** Those deliveries that their webhook has no room for; the others are taken to be stored. */
  Set<DeliveryId> over(Session session, Collection<NewEvent> events) throws SQLException {
    Map<WebhookId, Integer> wanted = new HashMap<>();
    for (NewEvent event : events) {
      event.deliveries().forEach(one -> wanted.merge(one.webhook(), 1, Integer::sum));
    }
    Map<WebhookId, Estimate> mine = new HashMap<>();
    for (Map.Entry<WebhookId, Integer> each : wanted.entrySet()) {
      WebhookId webhook = each.getKey();
      Estimate estimate = estimates.computeIfAbsent(webhook, unused -> new Estimate());
      mine.put(webhook, estimate);
      if (estimate.wantsCount(each.getValue())) {
        estimate.counted(most - room(session, ofWebhook, webhook.value()));
      }
    }
    Set<DeliveryId> over = new HashSet<>();
    for (NewEvent event : events) {
      for (NewDelivery one : event.deliveries()) {
        Estimate estimate = mine.get(one.webhook());
        if (estimate != null && !estimate.admit()) {
          over.add(one.id());
        }
      }
    }
    if (estimates.size() > REMEMBERED) {
      estimates.clear();
    }
    return over;
  }

  /** How many more of a lane may be pending now. */
  int room(Session session, long lane) throws SQLException {
    return room(session, ofLane, lane);
  }

  private int room(Session session, String count, Object of) throws SQLException {
    Long now = session.number(count, of, most);
    return most - (now == null ? 0 : now.intValue());
  }
}
