package dev.posthorn.memory;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Changes;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The webhooks, each with its lane. */
final class MemoryWebhooks implements WebhookStore {
  private static final int SLICE = 1_000;
  private static final String LIST = "w";

  private final Ledger ledger;
  private final LaneRules rules;
  private final WebhookChanges changes;
  private final MemoryAuthentications authentications;
  private final Map<Tenant, NavigableMap<Long, LaneRow>> tenants = new HashMap<>();
  private long numbers;

  MemoryWebhooks(
      Ledger ledger,
      LaneRules rules,
      WebhookChanges changes,
      MemoryAuthentications authentications) {
    this.authentications = authentications;
    this.ledger = ledger;
    this.rules = rules;
    this.changes = changes;
  }

  @Override
  public boolean insert(StoredWebhook webhook) {
    ledger.lock.lock();
    try {
      authentications.check(webhook.webhook());
      LaneRow lane = new LaneRow(webhook, ++numbers, ledger.time.now());
      if (ledger.lanes.putIfAbsent(lane.id, lane) != null) {
        return false;
      }
      ofTenant(webhook.webhook().tenant()).put(lane.number, lane);
      rules.write(lane, webhook, ledger.time.now());
      changes.written(lane);
      return true;
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public boolean replace(StoredWebhook next) {
    ledger.lock.lock();
    try {
      LaneRow lane = lane(next.webhook().tenant(), next.webhook().id());
      if (lane == null || lane.stored.version() != next.version() - 1) {
        return false;
      }
      authentications.check(next.webhook());
      rules.write(lane, next, ledger.time.now());
      changes.written(lane);
      return true;
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public boolean delete(Tenant tenant, WebhookId id) {
    LaneRow lane;
    ledger.lock.lock();
    try {
      lane = lane(tenant, id);
      if (lane == null) {
        return false;
      }
      ledger.lanes.remove(id);
      NavigableMap<Long, LaneRow> others = ofTenant(tenant);
      others.remove(lane.number);
      if (others.isEmpty()) {
        tenants.remove(tenant);
      }
      ledger.hide(lane);
      rules.remove(lane, ledger.time.now());
      changes.deleted(lane);
    } finally {
      ledger.lock.unlock();
    }
    forgetDeliveries(lane);
    return true;
  }

  /** In slices, since nobody sees them any more and others want the lock. */
  private void forgetDeliveries(LaneRow lane) {
    boolean all = false;
    while (!all) {
      ledger.lock.lock();
      try {
        all = forgetSlice(lane);
      } finally {
        ledger.lock.unlock();
      }
    }
  }

  private boolean forgetSlice(LaneRow lane) {
    for (int i = 0; i < SLICE; i++) {
      DeliveryRow last = lane.log.last();
      if (last == null) {
        return true;
      }
      ledger.forget(last);
    }
    return false;
  }

  @Override
  public Optional<StoredWebhook> find(Tenant tenant, WebhookId id) {
    ledger.lock.lock();
    try {
      LaneRow lane = lane(tenant, id);
      return lane == null ? Optional.empty() : Optional.of(lane.stored);
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Page<StoredWebhook> list(Tenant tenant, Page.Request page) {
    long after = page.cursor().isEmpty() ? 0 : Cursors.read(LIST, page.cursor());
    ledger.lock.lock();
    try {
      List<StoredWebhook> items = new ArrayList<>();
      long last = after;
      NavigableMap<Long, LaneRow> all = tenants.getOrDefault(tenant, new TreeMap<>());
      for (LaneRow lane : all.tailMap(after, false).values()) {
        if (items.size() == page.size()) {
          return new Page<>(items, Optional.of(Cursors.write(LIST, last)));
        }
        items.add(lane.stored);
        last = lane.number;
      }
      return new Page<>(items, Optional.empty());
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Changes changedSince(String cursor, int size) {
    ledger.lock.lock();
    try {
      return changes.since(cursor, size);
    } finally {
      ledger.lock.unlock();
    }
  }

  private NavigableMap<Long, LaneRow> ofTenant(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, key -> new TreeMap<>());
  }

  private @Nullable LaneRow lane(Tenant tenant, WebhookId id) {
    LaneRow lane = ledger.lanes.get(id);
    return lane == null || !lane.stored.webhook().tenant().equals(tenant) ? null : lane;
  }
}
