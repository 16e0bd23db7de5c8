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
    lane.stored = next;
    if (wasHeld && !lane.held()) {
      lane.gatedUntil = Rows.LONG_AGO;
      pace(lane, next.ramp(), now);
      lane.openSince = now;
    } else if (!wasHeld && lane.held()) {
      lane.heldSince = now;
    }
    changed(lane, now);
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

  void pace(LaneRow lane, @Nullable Rate rate, long now) {
    boolean begins = lane.pace == null && rate != null;
    boolean ends = lane.pace != null && rate == null;
    if (begins || ends) {
      lane.openSince = now;
    }
    lane.pace = rate == null ? null : paced(lane, rate, now);
    changed(lane, now);
  }

  private static Pace paced(LaneRow lane, Rate rate, long now) {
    return lane.pace == null ? new Pace(rate, now) : lane.pace.changedTo(rate, now);
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
