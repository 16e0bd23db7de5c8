package dev.posthorn.memory;

import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of claim. Every lane that may send is served at most once in it, in turn. */
final class Claiming {
  private final Turns turns;
  private final ClaimRequest request;
  private final long now;
  private final long leaseEnd;
  private final long turnsBefore;
  private final List<Claim> claims = new ArrayList<>();
  private final List<LaneRow> aside = new ArrayList<>(0);

  Claiming(Turns turns, ClaimRequest request, long now) {
    this.turns = turns;
    this.request = request;
    this.now = now;
    this.leaseEnd = now + StoreTime.micros(request.lease());
    this.turnsBefore = turns.last();
  }

  Claims claim() {
    boolean cutOff = serveInTurn();
    Duration more = cutOff ? Duration.ZERO : untilSoonest();
    aside.forEach(turns::back);
    return new Claims(claims, more);
  }

  /** Returns true if more is due that only the request's maximum kept back. */
  private boolean serveInTurn() {
    boolean cutOff = false;
    LaneRow lane = turns.next(now);
    while (lane != null && lane.turn <= turnsBefore) {
      int room = room(lane);
      if (room <= 0) {
        putAside(lane);
      } else if (claims.size() >= request.max()) {
        return true;
      } else {
        cutOff |= serve(lane, room);
      }
      lane = turns.next(now);
    }
    return cutOff;
  }

  private boolean serve(LaneRow lane, int room) {
    int most = Math.min(room, request.max() - claims.size());
    if (lane.pace != null) {
      most = Math.min(most, lane.pace.available(now));
    }
    int granted = 0;
    for (DeliveryRow row = firstDue(lane); row != null && granted < most; row = firstDue(lane)) {
      claims.add(lease(row));
      granted++;
    }
    if (lane.pace != null) {
      lane.pace.take(granted, now);
    }
    lane.full = granted >= room;
    turns.served(lane, now);
    return !lane.full && lane.ready <= now;
  }

  private @Nullable DeliveryRow firstDue(LaneRow lane) {
    DeliveryRow first = lane.pending.peek();
    return first == null || first.due > now ? null : first;
  }

  private Claim lease(DeliveryRow row) {
    if (row.leased) {
      row.lapses++;
    }
    row.leased = true;
    row.fence++;
    row.dueBeforeClaim = row.due;
    row.due = leaseEnd;
    row.lane.pending.moved(row.place);
    return new Claim(
        row.id,
        row.fence,
        row.lane.id,
        row.lane.stored.version(),
        row.event.key,
        row.event.type,
        row.event.content,
        row.round,
        row.tried,
        row.lapses,
        StoreTime.duration(now - row.roundBegan),
        row.age.limit,
        lastFailure(row),
        StoreTime.instantOfWall(row.event.acceptedAt),
        row.lane.ramp());
  }

  private static @Nullable FailureReason lastFailure(DeliveryRow row) {
    Attempt last = row.tried == 0 ? null : row.lastAttempt();
    if (last != null && last.outcome() instanceof Outcome.Failed failed) {
      return failed.reason();
    }
    return null;
  }

  private Duration untilSoonest() {
    LaneRow lane = turns.soonest();
    while (lane != null && !hasRoom(lane)) {
      putAside(lane);
      lane = turns.soonest();
    }
    return lane == null ? Claims.NEVER : StoreTime.duration(lane.ready - now);
  }

  private boolean hasRoom(LaneRow lane) {
    boolean served = lane.turn > turnsBefore;
    return served ? !lane.full : room(lane) > 0;
  }

  private int room(LaneRow lane) {
    Integer named = request.room().get(lane.id);
    return named == null ? request.perLane() : named;
  }

  private void putAside(LaneRow lane) {
    turns.leave(lane);
    aside.add(lane);
  }
}
