package dev.posthorn.memory;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is kept: events, deliveries, lanes and ages, most of which point at each other and so stand
 * in one file. Bare data, guarded by the ledger's lock; a million deliveries are kept, so each
 * field counts. Times are those of {@link StoreTime}.
 */
final class Rows {
  static final long NEVER = Long.MAX_VALUE;
  static final long LONG_AGO = Long.MIN_VALUE;

  private Rows() {}

  /** An event; its deliveries have consecutive numbers. */
  static final class EventRow implements Sequence<DeliveryRow> {
    final EventKey key;
    final String type;
    final CanonicalEvent content;
    final long acceptedAt;
    final long firstNumber;
    final @Nullable DeliveryRow[] deliveries;
    int kept;

    EventRow(
        EventKey key,
        String type,
        CanonicalEvent content,
        long acceptedAt,
        long firstNumber,
        @Nullable DeliveryRow[] deliveries) {
      this.key = key;
      this.type = type;
      this.content = content;
      this.acceptedAt = acceptedAt;
      this.firstNumber = firstNumber;
      this.deliveries = deliveries;
    }

    @Override
    public int length() {
      return deliveries.length;
    }

    @Override
    public long number(int index) {
      return firstNumber + index;
    }

    @Override
    public @Nullable DeliveryRow at(int index) {
      return deliveries[index];
    }

    @Override
    public int from(long number) {
      return (int) Math.max(0, Math.min(deliveries.length, number - firstNumber));
    }
  }

  /** A delivery. While it is pending it is in its age's chain, afterwards in that of the ended. */
  static final class DeliveryRow extends Chain.Link<DeliveryRow> implements Ending {
    static final Attempt[] UNTRIED = {};

    final DeliveryId id;
    final LaneRow lane;
    final EventRow event;
    final AgeRow age;
    final int index;
    Attempt[] attempts = UNTRIED;
    DeliveryState state = DeliveryState.PENDING;
    @Nullable EndReason ended;
    boolean leased;
    int place = -1;
    int round = 1;
    int tried;
    int lapses;
    long fence;

    /**
     * When it is due, or its lease ends, while it is pending; {@link #endedAt} when it is no more.
     */
    long due;

    long dueBeforeClaim;
    long roundBegan;

    DeliveryRow(DeliveryId id, LaneRow lane, EventRow event, AgeRow age, int index) {
      this.id = id;
      this.lane = lane;
      this.event = event;
      this.age = age;
      this.index = index;
    }

    @Override
    public long number() {
      return event.firstNumber + index;
    }

    boolean pending() {
      return state == DeliveryState.PENDING;
    }

    /** When it ended, as the clock showed it; means nothing while it is pending. */
    @Override
    public long endedAt() {
      return due;
    }

    void endedAt(long wall) {
      due = wall;
    }

    /** True if it was given up; a test event, which is tried once, never is. */
    boolean givenUp() {
      return state == DeliveryState.EXHAUSTED && ended != EndReason.TEST;
    }

    boolean claimed(long now) {
      return leased && due > now;
    }

    boolean expired(long now) {
      return now - roundBegan > age.micros;
    }

    @Nullable Attempt lastAttempt() {
      return attempts.length == 0 ? null : attempts[attempts.length - 1];
    }
  }

  /**
   * What all deliveries with the same maximum age share; the chain is those pending, oldest first.
   */
  static final class AgeRow extends Chain<DeliveryRow> {
    final Duration limit;
    final long micros;
    int users;

    AgeRow(Duration limit) {
      this.limit = limit;
      this.micros = StoreTime.micros(limit);
    }
  }

  /** The pending deliveries of a lane by due time, the claimed ones by the end of their lease. */
  static final class DueHeap extends Heap<DeliveryRow> {
    @Override
    boolean before(DeliveryRow first, DeliveryRow second) {
      return first.due < second.due
          || (first.due == second.due && first.number() < second.number());
    }

    @Override
    void placed(DeliveryRow row, int index) {
      row.place = index;
    }
  }

  /** A webhook and its lane. */
  static final class LaneRow {
    final WebhookId id;
    final long number;
    final DueHeap pending = new DueHeap();
    final SequenceList<DeliveryRow> log = new SequenceList<>();
    StoredWebhook stored;
    boolean gone;
    long changeNumber;
    long lastEvent = -1;

    long openSince;
    long heldSince;
    long gatedSince;
    long gatedUntil = LONG_AGO;
    LaneState gate = LaneState.GATED;
    String gateWhy = "";
    @Nullable Pace pace;
    @Nullable Trouble trouble;

    long turn;
    long ready = NEVER;
    boolean inTurn;
    boolean full;
    int place = -1;

    LaneRow(StoredWebhook stored, long number, long now) {
      this.id = stored.webhook().id();
      this.stored = stored;
      this.number = number;
      this.openSince = now;
      this.heldSince = now;
    }

    boolean held() {
      return stored.hold() != null;
    }

    boolean gated(long now) {
      return gatedUntil > now;
    }

    /** Its pace, if that is slower than its limit; null otherwise. */
    @Nullable Rate ramp() {
      return pace == null || pace.rate().equals(stored.limit()) ? null : pace.rate();
    }
  }

  /** A named authentication. */
  static final class AuthenticationRow {
    final long number;
    StoredAuthentication stored;
    long changeNumber;

    AuthenticationRow(StoredAuthentication stored, long number) {
      this.stored = stored;
      this.number = number;
    }
  }

  /** A troubled lane's place among the others: oldest trouble first. */
  record Trouble(long since, long lane) implements Comparable<Trouble> {
    @Override
    public int compareTo(Trouble other) {
      return since == other.since
          ? Long.compare(lane, other.lane)
          : Long.compare(since, other.since);
    }
  }
}
