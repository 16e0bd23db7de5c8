package dev.posthorn.memory;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.AgeRow;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.EventRow;
import dev.posthorn.memory.Rows.LaneRow;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All rows and the orders in which they are found; every step is O(log n) at most. One lock guards
 * everything, since each call takes it once and holds it for microseconds. Whoever calls a method
 * holds it.
 */
final class Ledger {
  final ReentrantLock lock = new ReentrantLock();
  final Turns turns = new Turns();
  final Map<WebhookId, LaneRow> lanes = new HashMap<>();
  final Map<EventKey, EventRow> events = new HashMap<>();
  final GivenUp givenUp = new GivenUp();
  final StoreTime time;
  final int capacity;
  final int quota;
  private final Map<DeliveryId, DeliveryRow> deliveries = new HashMap<>();
  private final Map<Duration, AgeRow> ages = new LinkedHashMap<>();
  private final Chain<DeliveryRow> ended = new Chain<>();
  private long numbers;
  private long pending;

  Ledger(StoreTime time, int capacity) {
    this.time = time;
    this.capacity = capacity;
    this.quota = Math.max(1, capacity / 10);
  }

  /** Sets consecutive numbers aside and returns the first. */
  long numbers(int count) {
    long first = numbers;
    numbers += count;
    return first;
  }

  @Nullable DeliveryRow find(DeliveryId id) {
    DeliveryRow row = deliveries.get(id);
    return row == null || row.lane.gone ? null : row;
  }

  Collection<AgeRow> ages() {
    return ages.values();
  }

  /** Makes a row that nothing finds yet but its id; null if the id is taken. */
  @Nullable DeliveryRow create(
      DeliveryId id, LaneRow lane, EventRow event, int index, Duration age) {
    DeliveryRow row =
        new DeliveryRow(id, lane, event, ages.computeIfAbsent(age, AgeRow::new), index);
    if (deliveries.putIfAbsent(id, row) != null) {
      return null;
    }
    row.age.users++;
    event.deliveries[index] = row;
    event.kept++;
    return row;
  }

  /** Begins the first round of a created row. */
  void enrol(DeliveryRow row, long due, long now) {
    row.lane.log.append(row.number(), row);
    row.dueBeforeClaim = now;
    begin(row, due, now);
  }

  /** Keeps a created row as one that ended at once. */
  void enrolEnded(DeliveryRow row, DeliveryState state, @Nullable EndReason reason, long now) {
    row.lane.log.append(row.number(), row);
    ended(row, state, reason, now);
  }

  private void ended(DeliveryRow row, DeliveryState state, @Nullable EndReason reason, long now) {
    row.state = state;
    row.ended = reason;
    row.endedAt(time.wall(now));
    ended.append(row);
    givenUp.ended(row);
  }

  /** Starts a new round of a row that ended. */
  void reopen(DeliveryRow row, long now) {
    leaveEnded(row);
    row.state = DeliveryState.PENDING;
    row.ended = null;
    row.round++;
    row.tried = 0;
    row.lapses = 0;
    begin(row, now, now);
  }

  private void leaveEnded(DeliveryRow row) {
    ended.remove(row);
    givenUp.leaves(row);
  }

  private void begin(DeliveryRow row, long due, long now) {
    row.roundBegan = now;
    row.due = due;
    pending++;
    row.lane.pending.add(row);
    row.age.append(row);
    turns.place(row.lane, now);
  }

  /** Changes when a pending row is due. */
  void due(DeliveryRow row, long due, long now) {
    row.due = due;
    row.lane.pending.moved(row.place);
    turns.place(row.lane, now);
  }

  void end(DeliveryRow row, DeliveryState state, @Nullable EndReason reason, long now) {
    row.leased = false;
    pending--;
    row.lane.pending.remove(row.place);
    row.age.remove(row);
    ended(row, state, reason, now);
    turns.place(row.lane, now);
  }

  /** Forgets a row wherever it stands, and its event with the last one. */
  void forget(DeliveryRow row) {
    if (row.pending()) {
      pending -= row.lane.gone ? 0 : 1;
      row.lane.pending.remove(row.place);
      row.age.remove(row);
    } else {
      leaveEnded(row);
    }
    row.lane.log.remove(row.number());
    discard(row);
  }

  /** Undoes {@link #create}. */
  void discard(DeliveryRow row) {
    deliveries.remove(row.id);
    row.event.deliveries[row.index] = null;
    row.event.kept--;
    if (row.event.kept == 0) {
      events.remove(row.event.key);
    }
    row.age.users--;
    if (row.age.users == 0) {
      ages.remove(row.age.limit);
    }
  }

  /**
   * Forgets those that ended first until no more are kept than fit; if not even that helps, forgets
   * none.
   *
   * @return false if there is no room
   */
  boolean makeRoom() {
    int excess = deliveries.size() - capacity;
    if (excess > ended.size()) {
      return false;
    }
    for (DeliveryRow row = ended.first(); excess > 0 && row != null; row = ended.first()) {
      forget(row);
      excess--;
    }
    return true;
  }

  /** True if a lane has as many pending deliveries as it may have. */
  boolean full(LaneRow lane) {
    return lane.pending.size() >= quota;
  }

  /** Deliveries that are pending or held. */
  long pending() {
    return pending;
  }

  /** Those of a lane that is gone are out of sight at once, though forgotten later. */
  void hide(LaneRow lane) {
    pending -= lane.pending.size();
  }

  String fullness() {
    return "the in-memory store is full: it may keep "
        + capacity
        + " deliveries, and of those that it keeps only "
        + ended.size()
        + " have ended and could be forgotten; publish again later, or raise atMost";
  }
}
