package dev.posthorn.memory;

import dev.posthorn.delivery.Rate;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.memory.Rows.Trouble;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.StoredWebhook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How lanes change between held, gated, ramping and open. */
final class LaneRules {
  private final Turns turns;
  private final NavigableMap<Trouble, LaneRow> troubled = new TreeMap<>();

  LaneRules(Turns turns) {
    this.turns = turns;
  }

  /** Writes a webhook's first or next version. */
  void write(LaneRow lane, StoredWebhook next, long now) {
    boolean wasHeld = lane.held();
    Rate ramp = lane.ramp();
    lane.stored = next;
    if (wasHeld && !lane.held()) {
      lane.gatedUntil = Rows.LONG_AGO;
      ramp = next.ramp();
      lane.openSince = now;
    } else if (!wasHeld && lane.held()) {
      lane.heldSince = now;
    }
    pace(lane, ramp, now);
  }

  void gate(LaneRow lane, LaneChange.Gate gate, long until, long now) {
    if (until <= lane.gatedUntil || until <= now) {
      return;
    }
    if (!lane.gated(now) || lane.gate != gate.state()) {
      lane.gatedSince = now;
    }
    lane.gate = gate.state();
    lane.gatedUntil = until;
    lane.gateWhy = gate.why();
    if (gate.ramp() != null) {
      lane.pace = paced(lane, gate.ramp(), now);
    }
    changed(lane, now);
  }

  /** Sets the pace of a lane, which is its limit where that is slower. */
  void pace(LaneRow lane, @Nullable Rate rate, long now) {
    boolean ramped = lane.ramp() != null;
    lane.pace = paced(lane, rate, now);
    if (ramped != (lane.ramp() != null)) {
      lane.openSince = now;
    }
    changed(lane, now);
  }

  private static @Nullable Pace paced(LaneRow lane, @Nullable Rate rate, long now) {
    Rate limit = lane.stored.limit();
    boolean ramps = rate != null && (limit == null || rate.isSlowerThan(limit));
    Rate slower = ramps ? rate : limit;
    if (slower == null) {
      return null;
    }
    return lane.pace == null ? new Pace(slower, now) : lane.pace.changedTo(slower, now);
  }

  void remove(LaneRow lane, long now) {
    lane.gone = true;
    changed(lane, now);
  }

  /** Lanes that are held or gated, oldest trouble first. */
  List<LaneRow> troubled(int limit, long now) {
    List<LaneRow> found = new ArrayList<>();
    List<LaneRow> over = new ArrayList<>();
    for (Map.Entry<Trouble, LaneRow> entry : troubled.entrySet()) {
      if (found.size() >= limit) {
        break;
      }
      LaneRow lane = entry.getValue();
      (lane.held() || lane.gated(now) ? found : over).add(lane);
    }
    // Gates end without anybody telling; those are taken out when they are met.
    over.forEach(lane -> changed(lane, now));
    return found;
  }

  private void changed(LaneRow lane, long now) {
    if (lane.trouble != null) {
      troubled.remove(lane.trouble);
      lane.trouble = null;
    }
    if (!lane.gone && (lane.held() || lane.gated(now))) {
      lane.trouble = new Trouble(lane.held() ? lane.heldSince : lane.gatedSince, lane.number);
      troubled.put(lane.trouble, lane);
    }
    turns.place(lane, now);
  }
}
