package dev.posthorn.memory;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.StoredWebhook;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows as a reader sees them. */
final class Snapshots {
  private final StoreTime time;

  Snapshots(StoreTime time) {
    this.time = time;
  }

  Delivery delivery(DeliveryRow row, long now) {
    Attempt last = row.lastAttempt();
    return new Delivery(
        row.id,
        row.lane.id,
        row.event.key,
        row.event.type,
        state(row),
        row.round,
        row.tried,
        StoreTime.instantOfWall(row.event.acceptedAt),
        nextAttempt(row, now),
        last == null ? null : last.outcome(),
        row.ended,
        row.pending() ? null : StoreTime.instantOfWall(row.endedAt()));
  }

  static DeliveryState state(DeliveryRow row) {
    return row.pending() && row.lane.held() ? DeliveryState.HELD : row.state;
  }

  private @Nullable Instant nextAttempt(DeliveryRow row, long now) {
    if (state(row) != DeliveryState.PENDING) {
      return null;
    }
    return time.instant(row.lane.gated(now) ? Math.max(row.due, row.lane.gatedUntil) : row.due);
  }

  LaneReport lane(LaneRow lane, long now) {
    return new LaneReport(
        lane.stored.webhook().tenant(),
        lane.id,
        laneState(lane, now),
        time.instant(since(lane, now)),
        why(lane, now),
        lane.ready == Rows.NEVER ? null : time.instant(lane.ready));
  }

  private static LaneState laneState(LaneRow lane, long now) {
    if (lane.held()) {
      return LaneState.HELD;
    }
    if (lane.gated(now)) {
      return lane.gate;
    }
    return lane.ramp() == null ? LaneState.OPEN : LaneState.RAMPING;
  }

  private static long since(LaneRow lane, long now) {
    if (lane.held()) {
      return lane.heldSince;
    }
    // A gate that has ended by itself is when the lane came back.
    return lane.gated(now) ? lane.gatedSince : Math.max(lane.openSince, lane.gatedUntil);
  }

  private static String why(LaneRow lane, long now) {
    StoredWebhook stored = lane.stored;
    if (lane.held()) {
      String disabled = stored.webhook().disabled();
      String why = disabled == null ? String.valueOf(stored.unverified()) : disabled;
      String held = disabled == null ? "The webhook is held: " : "The webhook is disabled: ";
      return held + why + (why.endsWith(".") ? "" : ".");
    }
    if (lane.gated(now)) {
      return lane.gateWhy;
    }
    Rate ramp = lane.ramp();
    if (ramp != null) {
      return "The webhook comes back slowly, with " + told(ramp);
    }
    Rate limit = stored.limit();
    return limit == null
        ? "Nothing stands in its way."
        : "Nothing stands in its way but its own limit of " + told(limit);
  }

  private static String told(Rate rate) {
    Duration per = rate.per();
    String time =
        per.equals(Duration.ofSeconds(1)) ? "a second" : "in " + per.toMillis() + " milliseconds";
    return "at most %d %s.".formatted(rate.permits(), time);
  }
}
