package dev.posthorn.memory;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.Next;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One call of record. */
final class Recording {
  /** The latest attempts of a delivery that are kept. */
  static final int ATTEMPTS = 100;

  private final Ledger ledger;
  private final LaneRules rules;
  private final WebhookChanges changes;
  private final long now;

  Recording(Ledger ledger, LaneRules rules, WebhookChanges changes, long now) {
    this.ledger = ledger;
    this.rules = rules;
    this.changes = changes;
    this.now = now;
  }

  Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes) {
    Set<DeliveryId> skipped = new HashSet<>(0);
    for (Finished result : finished) {
      DeliveryRow row = ledger.find(result.id());
      if (row != null && row.leased && row.fence == result.fence()) {
        write(row, result);
      } else {
        skipped.add(result.id());
      }
    }
    for (LaneChange change : lanes) {
      LaneRow lane = ledger.lanes.get(change.webhook());
      if (lane != null) {
        write(lane, change);
      }
    }
    return skipped;
  }

  private void write(DeliveryRow row, Finished result) {
    if (result.attempt() != null) {
      keep(row, result.attempt());
    }
    row.leased = false;
    Next next = result.next();
    if (next instanceof Next.GivenBack) {
      ledger.due(row, row.dueBeforeClaim, now);
      return;
    }
    row.lapses = 0;
    if (next instanceof Next.DueIn retry) {
      ledger.due(row, now + StoreTime.micros(retry.delay()), now);
    } else if (next instanceof Next.Exhausted exhausted) {
      ledger.end(row, DeliveryState.EXHAUSTED, exhausted.reason(), now);
    } else {
      ledger.end(row, DeliveryState.DELIVERED, null, now);
    }
  }

  private static void keep(DeliveryRow row, Attempt attempt) {
    Attempt[] kept = row.attempts;
    int from = kept.length == ATTEMPTS ? 1 : 0;
    row.attempts = Arrays.copyOfRange(kept, from, kept.length + 1);
    row.attempts[kept.length - from] = attempt;
    row.tried++;
  }

  private void write(LaneRow lane, LaneChange change) {
    if (change instanceof LaneChange.Gate gate) {
      long until = now + StoreTime.micros(gate.until());
      rules.gate(lane, gate, until, now);
    } else if (change instanceof LaneChange.Pace pace) {
      rules.pace(lane, pace.rate(), now);
    } else if (change instanceof LaneChange.Disable disable && lane.stored.webhook().enabled()) {
      rules.write(lane, lane.stored.disabled(disable.why()), now);
      changes.written(lane);
    }
  }
}
