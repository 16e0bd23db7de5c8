package dev.posthorn.registry;

import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tenant's webhooks in the store, and how they come to their next versions. Thread-safe. */
final class Versions {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");

  private final WebhookStore store;
  private final Directory directory;
  private final Runnable wake;
  private final Tenant tenant;
  private final Consumer<StoredWebhook> sharedKeys;

  /**
   * Those of one tenant.
   *
   * @param sharedKeys throws if a webhook cannot use the keys of its named authentication
   */
  Versions(
      WebhookStore store,
      Directory directory,
      Runnable wake,
      Tenant tenant,
      Consumer<StoredWebhook> sharedKeys) {
    this.store = store;
    this.directory = directory;
    this.wake = wake;
    this.tenant = tenant;
    this.sharedKeys = sharedKeys;
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
    if (!store.insert(fresh)) {
      return false;
    }
    changed();
    confirm(fresh, () -> takeBack(fresh));
    return true;
  }

  private void takeBack(StoredWebhook fresh) {
    WebhookId id = fresh.webhook().id();
    if (find(id).filter(now -> now.version() == fresh.version()).isPresent()) {
      store.delete(tenant, id);
    }
  }

  /** Unless others have given it other keys in between, which is what it is taken back for. */
  private void takeBack(StoredWebhook written, StoredWebhook before) {
    Optional<StoredWebhook> now = find(before.webhook().id());
    while (now.isPresent()
        && haveSameKeys(now.get(), written)
        && !store.replace(again(before, now.get().version() + 1))) {
      now = find(before.webhook().id());
    }
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
        if (usesOthersKeys(next, before)) {
          confirm(next, () -> takeBack(next, before));
        }
        return next;
      }
    }
  }

  /**
   * Looks again after a write: keys may have been rotated between the check of a webhook that
   * begins to use them and its write. Whoever rotates them looks for users in one step with the
   * write, so one of both sees the other.
   */
  private void confirm(StoredWebhook written, Runnable undo) {
    try {
      sharedKeys.accept(written);
    } catch (InvalidWebhookException unusable) {
      undo.run();
      changed();
      throw unusable;
    } catch (RuntimeException failure) { // it is written; health tells if it cannot be sent to
      log.warn("a webhook was written, but its authentication could not be read again", failure);
    }
  }

  private static boolean usesOthersKeys(StoredWebhook next, StoredWebhook before) {
    return next.webhook().settings().authentication() != null && !haveSameKeys(next, before);
  }

  private static boolean haveSameKeys(StoredWebhook one, StoredWebhook other) {
    Webhook webhook = one.webhook();
    return webhook.contract().equals(other.webhook().contract())
        && Objects.equals(
            webhook.settings().authentication(), other.webhook().settings().authentication());
  }

  private static StoredWebhook again(StoredWebhook before, long version) {
    return new StoredWebhook(
        before.webhook(),
        before.keys(),
        before.headers(),
        before.unverified(),
        before.callback(),
        before.limit(),
        null,
        version);
  }

  private void changed() {
    directory.changed();
    wake.run();
  }
}
