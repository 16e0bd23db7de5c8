package dev.posthorn.registry;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Target;
import dev.posthorn.exchange.Targets;
import dev.posthorn.store.Changes;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's copy of all webhooks, kept up by reading what changed. Publishing and sending look
 * here instead of asking the store each time. Thread-safe.
 */
public final class Directory {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");
  private static final int CHANGES_AT_A_TIME = 1_000;

  private final WebhookStore store;
  private final Targets targets;
  private final Map<WebhookId, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Tenant, MatchingIndex> indexes = new ConcurrentHashMap<>();
  private final NamedUsers named = new NamedUsers(); // guarded by refreshing
  private final ReentrantLock refreshing = new ReentrantLock();
  private String cursor = ""; // guarded by refreshing

  /** An empty copy of a store's webhooks; {@link #refresh} fills it. */
  public Directory(WebhookStore store, Targets targets) {
    this.store = store;
    this.targets = targets;
  }

  /**
   * A webhook in this copy.
   *
   * @param stored the webhook
   * @param target how to send to it; null if this application cannot
   * @param why what it lacks, in a sentence without a full stop; empty if it can
   */
  public record Entry(StoredWebhook stored, @Nullable Target target, String why) {}

  /** Reads what changed since the last time. On return all that was committed before is in. */
  public void refresh() {
    refreshing.lock();
    try {
      boolean more = true;
      while (more) {
        Changes changes = store.changedSince(cursor, CHANGES_AT_A_TIME);
        changes.authentications().stream()
            .filter(change -> change.authentication() != null)
            .forEach(this::apply);
        changes.changes().forEach(this::apply);
        changes.authentications().stream()
            .filter(change -> change.authentication() == null)
            .forEach(this::apply);
        cursor = changes.cursor();
        more = changes.more();
      }
    } finally {
      refreshing.unlock();
    }
  }

  /**
   * Reads what this process has just changed. The change is stored; were this to throw, its caller
   * would lose the key that it made.
   */
  public void changed() {
    try {
      refresh();
    } catch (RuntimeException failure) {
      log.warn("a webhook was changed, but is not read back yet; that is tried again", failure);
    }
  }

  /** A webhook; null if there is none. */
  public @Nullable Entry find(WebhookId id) {
    return entries.get(id);
  }

  /** A webhook that is at least as new as a version; null if it is gone. */
  public @Nullable Entry find(WebhookId id, long version) {
    Entry entry = entries.get(id);
    if (entry == null || entry.stored().version() < version || lacksAuthentication(entry)) {
      refresh();
      entry = entries.get(id);
    }
    return entry;
  }

  /** Its authentication is being read this very moment, if it is not deleted. */
  private static boolean lacksAuthentication(Entry entry) {
    return entry.target() == null && entry.stored().webhook().settings().authentication() != null;
  }

  /** The webhooks of a tenant that want events of a type. */
  public List<Entry> matching(Tenant tenant, String type) {
    MatchingIndex index = indexes.get(tenant);
    if (index == null) {
      return List.of();
    }
    List<Entry> found = new ArrayList<>();
    for (WebhookId id : index.matching(type)) {
      Entry entry = entries.get(id);
      if (entry != null) {
        found.add(entry);
      }
    }
    return found;
  }

  /** How many exchanges a process may have under way with a webhook by its own setting. */
  public int concurrency(WebhookId id) {
    Entry entry = entries.get(id);
    Integer own = entry == null ? null : entry.stored().webhook().settings().concurrency();
    return own == null ? Integer.MAX_VALUE : own;
  }

  /** Webhooks that this application cannot send to, with what it lacks. */
  public Map<WebhookId, String> unsendable(int limit) {
    return entries.values().stream()
        .filter(entry -> entry.target() == null)
        .limit(limit)
        .collect(toUnmodifiableMap(entry -> entry.stored().webhook().id(), Entry::why));
  }

  /** Webhooks whose contract this application does not know, and so cannot send to. */
  public List<Webhook> withUnknownContract(int limit) {
    return entries.values().stream()
        .map(entry -> entry.stored().webhook())
        .filter(webhook -> !targets.knows(webhook.contract()))
        .limit(limit)
        .toList();
  }

  /** All webhooks that use an authentication get its keys. */
  private void apply(Changes.AuthenticationChange change) {
    for (WebhookId id : named.put(change)) {
      entries.computeIfPresent(id, (unused, entry) -> entry(entry.stored()));
    }
  }

  private void apply(Changes.Change change) {
    Entry before = entries.get(change.id());
    StoredWebhook now = change.webhook();
    named.changed(before == null ? null : before.stored().webhook(), now);
    // The new one is listed before the old patterns go, so that a publish in between misses
    // nothing.
    if (now != null) {
      entries.put(change.id(), entry(now));
      Webhook webhook = now.webhook();
      indexes
          .computeIfAbsent(webhook.tenant(), unused -> new MatchingIndex())
          .add(change.id(), webhook.events());
    } else {
      entries.remove(change.id());
    }
    if (before != null) {
      forget(before.stored().webhook(), now);
    }
  }

  private void forget(Webhook before, @Nullable StoredWebhook now) {
    MatchingIndex index = indexes.get(before.tenant());
    if (index == null) {
      return;
    }
    var gone = new ArrayList<>(before.events());
    if (now != null && now.webhook().tenant().equals(before.tenant())) {
      gone.removeAll(now.webhook().events());
    }
    index.remove(before.id(), gone);
    if (index.isEmpty()) {
      indexes.remove(before.tenant());
    }
  }

  private Entry entry(StoredWebhook stored) {
    try {
      return new Entry(stored, targets.of(stored, named.of(stored.webhook())), "");
    } catch (InvalidWebhookException unsendable) {
      return new Entry(stored, null, String.valueOf(unsendable.getMessage()));
    }
  }
}
