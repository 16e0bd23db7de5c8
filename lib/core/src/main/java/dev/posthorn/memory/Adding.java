package dev.posthorn.memory;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.EventRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of add: first makes rows that only their ids find, then, if all fit, enrols them. */
final class Adding {
  private final Ledger ledger;
  private final long now;
  private final List<EventRow> created = new ArrayList<>(1);

  Adding(Ledger ledger, long now) {
    this.ledger = ledger;
    this.now = now;
  }

  List<Added> add(List<NewEvent> events, long lease) {
    List<@Nullable EventRow> rows = new ArrayList<>(events.size());
    List<Status> statuses = new ArrayList<>(events.size());
    create(events, rows, statuses);
    List<Added> added = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      EventRow row = rows.get(i);
      List<Born> born = row == null ? List.of() : enrol(row, events.get(i).deliveries(), lease);
      added.add(new Added(events.get(i).key(), statuses.get(i), born));
    }
    return added;
  }

  /** Keeps a test event's delivery as ended; nothing if its event is known or its webhook gone. */
  void addTest(NewEvent event, Attempt attempt) {
    List<@Nullable EventRow> rows = new ArrayList<>(1);
    create(List.of(event), rows, new ArrayList<>(1));
    EventRow created = rows.get(0);
    DeliveryRow row = created == null ? null : created.deliveries[0];
    if (row != null) {
      row.attempts = new Attempt[] {attempt};
      row.tried = 1;
      boolean accepted = attempt.outcome().accepted();
      ledger.enrolEnded(
          row,
          accepted ? DeliveryState.DELIVERED : DeliveryState.EXHAUSTED,
          accepted ? null : EndReason.TEST,
          now);
    }
  }

  private void create(List<NewEvent> events, List<@Nullable EventRow> rows, List<Status> statuses) {
    boolean complete = false;
    try {
      for (NewEvent event : events) {
        EventRow known = ledger.events.get(event.key());
        statuses.add(known == null ? Status.NEW : compare(known, event));
        rows.add(known == null ? create(event) : null);
      }
      if (!ledger.makeRoom()) {
        throw new StoreFullException(ledger.fullness());
      }
      complete = true;
    } finally {
      if (!complete) {
        undo();
      }
    }
  }

  private static Status compare(EventRow known, NewEvent event) {
    boolean same = Arrays.equals(known.content.digest(), event.content().digest());
    return same ? Status.KNOWN : Status.CONFLICTING;
  }

  /** Makes rows for those deliveries whose webhook is there; null if none is. */
  private @Nullable EventRow create(NewEvent event) {
    int count = event.deliveries().size();
    EventRow row = null;
    long first = ledger.numbers(count);
    for (int i = 0; i < count; i++) {
      NewDelivery delivery = event.deliveries().get(i);
      LaneRow lane = ledger.lanes.get(delivery.webhook());
      if (lane == null || !lane.stored.webhook().tenant().equals(event.key().tenant())) {
        continue;
      }
      if (row == null) {
        row = createEvent(event, first, count);
      }
      create(delivery, lane, row, i);
    }
    return row;
  }

  private EventRow createEvent(NewEvent event, long first, int count) {
    long accepted = ledger.time.wall(now);
    DeliveryRow[] deliveries = new DeliveryRow[count];
    EventRow row =
        new EventRow(event.key(), event.type(), event.content(), accepted, first, deliveries);
    ledger.events.put(row.key, row);
    created.add(row);
    return row;
  }

  private void create(NewDelivery delivery, LaneRow lane, EventRow event, int index) {
    if (lane.lastEvent == event.firstNumber) {
      throw new IllegalArgumentException(
          "an event has at most one delivery for each webhook, not two for " + lane.id);
    }
    lane.lastEvent = event.firstNumber;
    if (ledger.create(delivery.id(), lane, event, index, delivery.maxAge()) == null) {
      throw new IllegalArgumentException(
          "a delivery needs an id of its own: " + delivery.id() + " is taken");
    }
  }

  private void undo() {
    for (EventRow event : created) {
      for (DeliveryRow row : event.deliveries) {
        if (row != null) {
          ledger.discard(row);
        }
      }
      ledger.events.remove(event.key);
    }
  }

  private List<Born> enrol(EventRow event, List<NewDelivery> wanted, long lease) {
    List<Born> born = new ArrayList<>(event.kept);
    for (int i = 0; i < event.deliveries.length; i++) {
      DeliveryRow row = event.deliveries[i];
      if (row != null) {
        born.add(new Born(row.id, enrol(row, wanted.get(i).claimed(), lease)));
      }
    }
    return born;
  }

  private Fate enrol(DeliveryRow row, boolean wantsClaim, long lease) {
    LaneRow lane = row.lane;
    if (ledger.full(lane)) {
      ledger.enrolEnded(row, DeliveryState.DISCARDED, EndReason.QUOTA, now);
      return Fate.DISCARDED;
    }
    boolean claimed = wantsClaim && !lane.held() && !lane.gated(now) && lane.pace == null;
    if (claimed) {
      row.leased = true;
      row.fence = 1;
    }
    ledger.enrol(row, claimed ? now + lease : now, now);
    return claimed ? Fate.CLAIMED : Fate.WAITING;
  }
}
