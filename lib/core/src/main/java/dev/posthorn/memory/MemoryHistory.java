package dev.posthorn.memory;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.AgeRow;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.StoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reading, and work in bulk. */
final class MemoryHistory implements DeliveryHistory {
  private final Ledger ledger;
  private final LaneRules rules;
  private final Nodes nodes;
  private final Snapshots snapshots;
  private final Search search;
  private final Failed failed;

  MemoryHistory(Ledger ledger, LaneRules rules, Nodes nodes) {
    this.ledger = ledger;
    this.rules = rules;
    this.nodes = nodes;
    this.snapshots = new Snapshots(ledger.time);
    this.search = new Search(ledger, snapshots);
    this.failed = new Failed(ledger, snapshots);
  }

  @Override
  public Page<Delivery> list(DeliveryQuery query, Page.Request page) {
    return search.newestFirst(query, page);
  }

  @Override
  public Page<Delivery> failed(Tenant tenant, Page.Request page) {
    return failed.lastFirst(tenant, page);
  }

  @Override
  public List<Attempt> attempts(DeliveryId delivery) {
    Attempt[] kept;
    ledger.lock.lock();
    try {
      DeliveryRow row = ledger.find(delivery);
      kept = row == null ? DeliveryRow.UNTRIED : row.attempts;
    } finally {
      ledger.lock.unlock();
    }
    List<Attempt> newestFirst = new ArrayList<>(Arrays.asList(kept));
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  @Override
  public int requeue(DeliveryQuery query, int limit) {
    return search.change(query, limit, this::requeue);
  }

  private boolean requeue(DeliveryRow row, long now) {
    if (!row.pending()) {
      // A replay may not fill the store either.
      boolean room = !ledger.full(row.lane);
      if (room) {
        ledger.reopen(row, now);
      }
      return room;
    }
    boolean waits = !row.leased && row.due > now;
    if (waits) {
      ledger.due(row, now, now);
    }
    return waits;
  }

  @Override
  public Replayed requeueFailed(
      Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    return failed.requeue(tenant, webhook, since, until, limit);
  }

  @Override
  public int discard(DeliveryQuery query, int limit) {
    return search.change(query, limit, this::discard);
  }

  private boolean discard(DeliveryRow row, long now) {
    boolean ends = row.pending() && !row.claimed(now);
    if (ends) {
      ledger.end(row, DeliveryState.DISCARDED, EndReason.DISCARDED_BY_OWNER, now);
    }
    return ends;
  }

  @Override
  public int remove(DeliveryQuery query, int limit) {
    return search.change(query, limit, this::remove);
  }

  private boolean remove(DeliveryRow row, long now) {
    boolean ended = !row.pending();
    if (ended) {
      ledger.forget(row);
    }
    return ended;
  }

  @Override
  public List<Delivery> expire(int limit) {
    List<Delivery> expired = new ArrayList<>();
    ledger.lock.lock();
    try {
      long now = ledger.time.now();
      for (AgeRow age : List.copyOf(ledger.ages())) {
        expire(age, limit, now, expired);
      }
    } finally {
      ledger.lock.unlock();
    }
    return expired;
  }

  private void expire(AgeRow age, int limit, long now, List<Delivery> expired) {
    DeliveryRow row = age.first();
    while (row != null && row.expired(now) && expired.size() < limit) {
      DeliveryRow after = age.after(row);
      if (row.lane.gone) {
        ledger.forget(row);
      } else if (!row.claimed(now)) {
        ledger.end(row, DeliveryState.EXHAUSTED, EndReason.EXPIRED, now);
        expired.add(snapshots.delivery(row, now));
      }
      row = after;
    }
  }

  @Override
  public void keepTest(NewEvent event, Attempt attempt) {
    ledger.lock.lock();
    try {
      new Adding(ledger, ledger.time.now()).addTest(event, attempt);
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Optional<LaneReport> lane(WebhookId webhook) {
    ledger.lock.lock();
    try {
      LaneRow lane = ledger.lanes.get(webhook);
      return lane == null ? Optional.empty() : Optional.of(snapshots.lane(lane, ledger.time.now()));
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public StoreReport report(int lanes) {
    ledger.lock.lock();
    try {
      long now = ledger.time.now();
      long oldest = ledger.turns.oldestDue(now);
      Duration overdue = oldest == Rows.NEVER ? Duration.ZERO : StoreTime.duration(now - oldest);
      List<LaneReport> troubled =
          rules.troubled(lanes, now).stream().map(lane -> snapshots.lane(lane, now)).toList();
      return new StoreReport(overdue, nodes.names(), OptionalLong.of(ledger.pending()), troubled);
    } finally {
      ledger.lock.unlock();
    }
  }
}
