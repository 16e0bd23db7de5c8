package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps one webhook from filling the store: how many of its deliveries may be pending. To count
 * them each time would cost as much as there are. So each process keeps an estimate: it counts when
 * it has added a hundredth of the quota, and before it refuses, but does not spend more than a
 * tenth of its time on that. The quota may be exceeded by a hundredth for each process, and by what
 * transactions that are open have added. Thread-safe.
 */
final class Quota {
  private static final String PENDING =
      "select count(*) from (select 1 from {pending} p where p.lane = %s limit ?) few";
  private static final String OF_WEBHOOK = "(select w.no from {webhook} w where w.id = ?)";
  private static final int COST_TO_PAUSE = 9;
  private static final int REMEMBERED = 200_000;
  private static final int FORGOTTEN = 20_000;

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
    private long notBefore = Long.MIN_VALUE;

    synchronized boolean wantsCount(int more) {
      boolean doubtful = counted + added + more > most || added + more > slack;
      return doubtful && (notBefore == Long.MIN_VALUE || ticks.getAsLong() - notBefore >= 0);
    }

    synchronized void counted(int now, long began) {
      counted = now;
      added = 0;
      long ended = ticks.getAsLong();
      notBefore = ended + COST_TO_PAUSE * (ended - began);
    }

    synchronized boolean admit() {
      boolean room = counted + added < most;
      added += room ? 1 : 0;
      return room;
    }
  }

  /**
   * Those deliveries that their webhook has no room for; the others are taken to be stored.
   *
   * @param hosts true in a transaction that the host may still roll back: what is counted in it is
   *     nobody else's truth
   */
  Set<DeliveryId> over(Session session, Collection<NewEvent> events, boolean hosts)
      throws SQLException {
    Map<WebhookId, Integer> wanted = new HashMap<>();
    for (NewEvent event : events) {
      event.deliveries().forEach(one -> wanted.merge(one.webhook(), 1, Integer::sum));
    }
    Map<WebhookId, Estimate> mine = new HashMap<>();
    for (Map.Entry<WebhookId, Integer> each : wanted.entrySet()) {
      WebhookId webhook = each.getKey();
      Estimate estimate = estimates.computeIfAbsent(webhook, unused -> new Estimate());
      boolean wantsCount = estimate.wantsCount(each.getValue());
      if (wantsCount && hosts) {
        estimate = new Estimate();
      }
      mine.put(webhook, estimate);
      if (wantsCount) {
        long began = ticks.getAsLong();
        estimate.counted(most - room(session, ofWebhook, webhook.value()), began);
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
    forget();
    return over;
  }

  /** Any of them: those that matter soon have an estimate again. */
  private void forget() {
    if (estimates.size() > REMEMBERED) {
      var any = estimates.keySet().iterator();
      for (int i = 0; i < FORGOTTEN && any.hasNext(); i++) {
        any.next();
        any.remove();
      }
    }
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
