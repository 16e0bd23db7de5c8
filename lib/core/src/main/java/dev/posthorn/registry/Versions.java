package dev.posthorn.registry;

import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A tenant's webhooks in the store, and how they come to their next versions. Thread-safe. */
final class Versions {
  private final WebhookStore store;
  private final Directory directory;
  private final Runnable wake;
  private final Tenant tenant;

  Versions(WebhookStore store, Directory directory, Runnable wake, Tenant tenant) {
    this.store = store;
    this.directory = directory;
    this.wake = wake;
    this.tenant = tenant;
  }

  Optional<StoredWebhook> find(WebhookId id) {
    return store.find(tenant, id);
  }

  StoredWebhook of(WebhookId id) {
    return find(id).orElseThrow(() -> notFound(id));
  }

  static NotFoundException notFound(WebhookId id) {
    return new NotFoundException("there is no webhook " + id);
  }

  /** Adds a webhook; false if its id is taken. */
  boolean insert(StoredWebhook fresh) {
    boolean added = store.insert(fresh);
    if (added) {
      changed();
    }
    return added;
  }

  /** False if there is none. */
  boolean delete(WebhookId id) {
    boolean deleted = store.delete(tenant, id);
    if (deleted) {
      changed();
    }
    return deleted;
  }

  /** Writes a next version, again if another process was quicker; an equal one is not written. */
  StoredWebhook change(WebhookId id, UnaryOperator<StoredWebhook> step) {
    while (true) {
      StoredWebhook before = of(id);
      StoredWebhook next = step.apply(before);
      if (next.version() == before.version()) {
        return before;
      }
      if (store.replace(next)) {
        changed();
        return next;
      }
    }
  }

  private void changed() {
    directory.changed();
    wake.run();
  }
}
