package dev.posthorn.memory;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and replays what was given up, in slices, so that the lock is never held long. */
final class Failed {
  private static final int SLICE = 1_000;

  private final Ledger ledger;
  private final Snapshots snapshots;

  Failed(Ledger ledger, Snapshots snapshots) {
    this.ledger = ledger;
    this.snapshots = snapshots;
  }

  private record Found(Place place, Delivery delivery) {}

  Page<Delivery> lastFirst(Tenant tenant, Page.Request page) {
    Place below = page.cursor().isEmpty() ? Place.end() : Place.read(page.cursor());
    List<Found> found = new ArrayList<>();
    while (below != null && found.size() <= page.size()) {
      below = collect(tenant, below, page.size() + 1, found);
    }
    boolean more = found.size() > page.size();
    return new Page<>(
        found.stream().limit(page.size()).map(Found::delivery).toList(),
        more ? Optional.of(found.get(page.size() - 1).place().cursor()) : Optional.empty());
  }

  /** One slice; returns the last place that was looked at, null at the end. */
  private @Nullable Place collect(Tenant tenant, Place below, int most, List<Found> found) {
    ledger.lock.lock();
    try {
      long now = ledger.time.now();
      int looks = 0;
      for (DeliveryRow row : ledger.givenUp.lastBefore(tenant, below)) {
        // A deleted webhook's are still there until their slice is forgotten.
        if (!row.lane.gone) {
          found.add(new Found(Place.of(row), snapshots.delivery(row, now)));
        }
        looks++;
        if (looks == SLICE || found.size() == most) {
          return Place.of(row);
        }
      }
      return null;
    } finally {
      ledger.lock.unlock();
    }
  }

  Replayed requeue(Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    Place from = Place.at(since);
    Place to = Place.at(until);
    int count = 0;
    Replayed all = null;
    while (all == null && count < limit) {
      int most = Math.min(limit, count + SLICE);
      all = requeueSlice(tenant, webhook, from, to, count, most);
      count = most;
    }
    return all == null ? new Replayed(count, false) : all;
  }

  /** One slice; returns what has been done in all, null if there may be more to do. */
  private @Nullable Replayed requeueSlice(
      Tenant tenant, WebhookId webhook, Place from, Place to, int before, int most) {
    ledger.lock.lock();
    try {
      long now = ledger.time.now();
      LaneRow lane = ledger.lanes.get(webhook);
      if (lane == null || !lane.stored.webhook().tenant().equals(tenant)) {
        return new Replayed(before, false);
      }
      for (int count = before; count < most; count++) {
        DeliveryRow first = ledger.givenUp.first(lane, from, to);
        if (first == null || ledger.full(lane)) {
          return new Replayed(count, first != null);
        }
        ledger.reopen(first, now);
      }
      return null;
    } finally {
      ledger.lock.unlock();
    }
  }
}
