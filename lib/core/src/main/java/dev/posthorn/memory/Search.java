package dev.posthorn.memory;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.EventRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.DeliveryQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks over the deliveries that a query means, in slices, so that the lock is never held long. */
final class Search {
  private static final int SLICE = 2_000;
  private static final String LIST = "d";

  private final Ledger ledger;
  private final Snapshots snapshots;

  Search(Ledger ledger, Snapshots snapshots) {
    this.ledger = ledger;
    this.snapshots = snapshots;
  }

  /** What is to be done with a delivery; true if it was changed. */
  interface Step {
    boolean apply(DeliveryRow row, long now);
  }

  Page<Delivery> newestFirst(DeliveryQuery query, Page.Request page) {
    long below = page.cursor().isEmpty() ? Long.MAX_VALUE : Cursors.read(LIST, page.cursor());
    List<Found> found = new ArrayList<>();
    while (below != Long.MIN_VALUE && found.size() <= page.size()) {
      below = collect(query, below, page.size() + 1, found);
    }
    List<Delivery> items = found.stream().limit(page.size()).map(Found::delivery).toList();
    boolean more = found.size() > page.size();
    return new Page<>(
        items,
        more
            ? Optional.of(Cursors.write(LIST, found.get(page.size() - 1).number()))
            : Optional.empty());
  }

  private record Found(long number, Delivery delivery) {}

  /** One slice downwards; returns the lowest number that was looked at, MIN_VALUE at the end. */
  private long collect(DeliveryQuery query, long below, int most, List<Found> found) {
    ledger.lock.lock();
    try {
      long now = ledger.time.now();
      Sequence<DeliveryRow> rows = rows(query);
      int index = rows.from(below) - 1;
      int stop = Math.max(-1, index - SLICE);
      while (index > stop && found.size() < most) {
        DeliveryRow row = rows.at(index);
        if (row != null && matches(query, row)) {
          found.add(new Found(rows.number(index), snapshots.delivery(row, now)));
        }
        index--;
      }
      return index < 0 ? Long.MIN_VALUE : rows.number(index + 1);
    } finally {
      ledger.lock.unlock();
    }
  }

  /** Changes deliveries, oldest first; returns how many. */
  int change(DeliveryQuery query, int limit, Step step) {
    long from = 0;
    int changed = 0;
    while (from != Long.MAX_VALUE && changed < limit) {
      ledger.lock.lock();
      try {
        long now = ledger.time.now();
        Sequence<DeliveryRow> rows = rows(query);
        int index = rows.from(from);
        int stop = index + SLICE;
        while (index < rows.length() && index < stop && changed < limit) {
          DeliveryRow row = rows.at(index);
          if (row != null && matches(query, row) && step.apply(row, now)) {
            changed++;
          }
          index++;
        }
        from = index < rows.length() ? rows.number(index) : Long.MAX_VALUE;
      } finally {
        ledger.lock.unlock();
      }
    }
    return changed;
  }

  private Sequence<DeliveryRow> rows(DeliveryQuery query) {
    if (query.delivery() != null) {
      return new One(ledger.find(query.delivery()));
    }
    if (query.event() != null) {
      EventRow event = ledger.events.get(query.event());
      return event == null ? new One(null) : event;
    }
    LaneRow lane = ledger.lanes.get(query.webhook());
    return lane == null ? new One(null) : lane.log;
  }

  private static boolean matches(DeliveryQuery query, DeliveryRow row) {
    return !row.lane.gone
        && query.tenant().equals(row.event.key.tenant())
        && (query.webhook() == null || query.webhook().equals(row.lane.id))
        && (query.event() == null || query.event().equals(row.event.key))
        && query.states().contains(Snapshots.state(row));
  }

  /** At most one delivery. */
  private record One(@Nullable DeliveryRow row) implements Sequence<DeliveryRow> {
    @Override
    public int length() {
      return row == null ? 0 : 1;
    }

    @Override
    public long number(int index) {
      return row == null ? 0 : row.number();
    }

    @Override
    public @Nullable DeliveryRow at(int index) {
      return row;
    }

    @Override
    public int from(long number) {
      return row != null && row.number() >= number ? 0 : length();
    }
  }
}
