package dev.posthorn.memory;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Added;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Add, claim, record: each under the lock once. */
final class MemoryDeliveries implements DeliveryStore {
  private static final int MOST_EVENTS = 1_000;

  private final Ledger ledger;
  private final LaneRules rules;
  private final WebhookChanges changes;
  private final Nodes nodes;

  MemoryDeliveries(Ledger ledger, LaneRules rules, WebhookChanges changes, Nodes nodes) {
    this.ledger = ledger;
    this.rules = rules;
    this.changes = changes;
    this.nodes = nodes;
  }

  @Override
  public List<Added> add(List<NewEvent> events, Duration lease) {
    if (events.size() > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "at most " + MOST_EVENTS + " events are added at once: " + events.size());
    }
    ledger.lock.lock();
    try {
      return new Adding(ledger, ledger.time.now()).add(events, StoreTime.micros(lease));
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Claims claim(ClaimRequest request) {
    ledger.lock.lock();
    try {
      nodes.seen(request.node());
      return new Claiming(ledger.turns, request, ledger.time.now()).claim();
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes) {
    ledger.lock.lock();
    try {
      return new Recording(ledger, rules, changes, ledger.time.now()).record(finished, lanes);
    } finally {
      ledger.lock.unlock();
    }
  }
}
