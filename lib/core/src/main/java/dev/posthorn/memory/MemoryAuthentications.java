package dev.posthorn.memory;

import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.AuthenticationRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.webhook.NamedAuthentication;
import dev.posthorn.webhook.Webhook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The named authentications. */
final class MemoryAuthentications implements AuthenticationStore {
  private static final String LIST = "n";

  private final Ledger ledger;
  private final WebhookChanges changes;
  private final Map<Tenant, Map<String, AuthenticationRow>> tenants = new HashMap<>();
  private long numbers;

  MemoryAuthentications(Ledger ledger, WebhookChanges changes) {
    this.ledger = ledger;
    this.changes = changes;
  }

  @Override
  public boolean insert(StoredAuthentication authentication) {
    ledger.lock.lock();
    try {
      NamedAuthentication named = authentication.named();
      AuthenticationRow row = new AuthenticationRow(authentication, ++numbers);
      Map<String, AuthenticationRow> others =
          tenants.computeIfAbsent(named.tenant(), key -> new LinkedHashMap<>());
      if (others.putIfAbsent(named.name(), row) != null) {
        return false;
      }
      changes.written(row);
      return true;
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public boolean replace(StoredAuthentication next, Set<String> contracts) {
    ledger.lock.lock();
    try {
      Tenant tenant = next.named().tenant();
      String name = next.named().name();
      AuthenticationRow row = row(tenant, name);
      if (row == null
          || row.stored.version() != next.version() - 1
          || !contracts.containsAll(users(tenant, name).keySet())) {
        return false;
      }
      row.stored = next;
      changes.written(row);
      return true;
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public boolean delete(Tenant tenant, String name) {
    ledger.lock.lock();
    try {
      AuthenticationRow row = row(tenant, name);
      if (row == null || !users(tenant, name).isEmpty()) {
        return false;
      }
      Map<String, AuthenticationRow> others = tenants.getOrDefault(tenant, Map.of());
      others.remove(name);
      if (others.isEmpty()) {
        tenants.remove(tenant);
      }
      changes.deleted(row);
      return true;
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Optional<StoredAuthentication> find(Tenant tenant, String name) {
    ledger.lock.lock();
    try {
      return Optional.ofNullable(row(tenant, name)).map(row -> row.stored);
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Page<StoredAuthentication> list(Tenant tenant, Page.Request page) {
    long after = page.cursor().isEmpty() ? 0 : Cursors.read(LIST, page.cursor());
    ledger.lock.lock();
    try {
      List<StoredAuthentication> items = new ArrayList<>();
      long last = after;
      for (AuthenticationRow row : tenants.getOrDefault(tenant, Map.of()).values()) {
        if (row.number <= after) {
          continue;
        }
        if (items.size() == page.size()) {
          return new Page<>(items, Optional.of(Cursors.write(LIST, last)));
        }
        items.add(row.stored);
        last = row.number;
      }
      return new Page<>(items, Optional.empty());
    } finally {
      ledger.lock.unlock();
    }
  }

  @Override
  public Map<String, WebhookId> users(Tenant tenant, String name) {
    ledger.lock.lock();
    try {
      Map<String, WebhookId> users = new TreeMap<>();
      for (LaneRow lane : ledger.lanes.values()) {
        Webhook webhook = lane.stored.webhook();
        if (webhook.tenant().equals(tenant) && name.equals(webhook.settings().authentication())) {
          users.putIfAbsent(webhook.contract(), webhook.id());
        }
      }
      return users;
    } finally {
      ledger.lock.unlock();
    }
  }

  /** Throws unless a webhook's named authentication is there, if it uses one. */
  void check(Webhook webhook) {
    String name = webhook.settings().authentication();
    if (name != null && row(webhook.tenant(), name) == null) {
      throw new NotFoundException("there is no authentication \"" + name + "\"");
    }
  }

  private @Nullable AuthenticationRow row(Tenant tenant, String name) {
    return tenants.getOrDefault(tenant, Map.of()).get(name);
  }
}
