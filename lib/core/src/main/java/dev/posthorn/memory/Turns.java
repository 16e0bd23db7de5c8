package dev.posthorn.memory;

import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that have something to send: those that may send now by whose turn is longest ago, all
 * others by when they may. So neither idle nor blocked lanes are ever looked at.
 */
final class Turns {
  private final Heap<LaneRow> now = new ByTurn();
  private final Heap<LaneRow> later = new ByReady();
  private long turns;

  /** The last turn that was given out. */
  long last() {
    return turns;
  }

  /** Puts a lane where it belongs, after anything about it has changed. */
  void place(LaneRow lane, long time) {
    long ready = readyAt(lane);
    if (ready == lane.ready) {
      return;
    }
    boolean staysInTurn = lane.inTurn && lane.place >= 0 && ready <= time;
    if (!staysInTurn) {
      leave(lane);
    }
    lane.ready = ready;
    if (ready != Rows.NEVER && !staysInTurn) {
      lane.inTurn = false;
      later.add(lane);
    }
  }

  /** The lane whose turn it is; null if none may send. */
  @Nullable LaneRow next(long time) {
    for (LaneRow lane = later.peek(); lane != null && lane.ready <= time; lane = later.peek()) {
      later.remove(0);
      lane.inTurn = true;
      now.add(lane);
    }
    return now.peek();
  }

  /** Sends a lane to the end of the queue. */
  void served(LaneRow lane, long time) {
    lane.turn = ++turns;
    if (lane.inTurn && lane.place >= 0) {
      now.moved(lane.place);
    }
    place(lane, time);
  }

  /** The lane that may send next, of those that may not yet. */
  @Nullable LaneRow soonest() {
    return later.peek();
  }

  /** Takes a lane out, to be put {@link #back}. */
  void leave(LaneRow lane) {
    if (lane.place >= 0) {
      (lane.inTurn ? now : later).remove(lane.place);
    }
  }

  /** Undoes {@link #leave}. */
  void back(LaneRow lane) {
    (lane.inTurn ? now : later).add(lane);
  }

  /** Since when the delivery that has been due for longest has been due; NEVER if none is. */
  long oldestDue(long time) {
    return Math.min(oldestDue(now, time), oldestDue(later, time));
  }

  private static long oldestDue(Heap<LaneRow> lanes, long time) {
    long oldest = Rows.NEVER;
    for (int i = 0; i < lanes.size(); i++) {
      LaneRow lane = lanes.get(i);
      DeliveryRow first = lane.pending.peek();
      if (first != null && first.due <= time && !lane.gated(time)) {
        oldest = Math.min(oldest, first.due);
      }
    }
    return oldest;
  }

  private static long readyAt(LaneRow lane) {
    DeliveryRow first = lane.pending.peek();
    if (first == null || lane.held() || lane.gone) {
      return Rows.NEVER;
    }
    long ready = Math.max(first.due, lane.gatedUntil);
    return lane.pace == null ? ready : Math.max(ready, lane.pace.readyAt());
  }

  private static final class ByTurn extends Heap<LaneRow> {
    @Override
    boolean before(LaneRow first, LaneRow second) {
      return first.turn < second.turn
          || (first.turn == second.turn && first.number < second.number);
    }

    @Override
    void placed(LaneRow lane, int index) {
      lane.place = index;
    }
  }

  private static final class ByReady extends Heap<LaneRow> {
    @Override
    boolean before(LaneRow first, LaneRow second) {
      return first.ready < second.ready;
    }

    @Override
    void placed(LaneRow lane, int index) {
      lane.place = index;
    }
  }
}
