package dev.posthorn.registry;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Changes.AuthenticationChange;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Webhook;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This process's copy of the named authentications, and who uses each. Not thread-safe. */
final class NamedUsers {
  private final Map<Name, StoredAuthentication> authentications = new HashMap<>();
  private final Map<Name, Set<WebhookId>> users = new HashMap<>();

  private record Name(Tenant tenant, String name) {
    static @Nullable Name of(@Nullable Webhook webhook) {
      String name = webhook == null ? null : webhook.settings().authentication();
      return webhook == null || name == null ? null : new Name(webhook.tenant(), name);
    }
  }

  /** What a webhook uses; null if it uses none, or that is not there. */
  @Nullable StoredAuthentication of(Webhook webhook) {
    Name name = Name.of(webhook);
    return name == null ? null : authentications.get(name);
  }

  /** Takes a change over, and tells who uses what has changed. */
  Set<WebhookId> put(AuthenticationChange change) {
    Name name = new Name(change.tenant(), change.name());
    StoredAuthentication now = change.authentication();
    if (now == null) {
      authentications.remove(name);
    } else {
      authentications.put(name, now);
    }
    return Set.copyOf(users.getOrDefault(name, Set.of()));
  }

  /** A webhook has been written. */
  void changed(@Nullable Webhook before, @Nullable StoredWebhook now) {
    Name old = Name.of(before);
    if (before != null && old != null) {
      users.computeIfPresent(
          old,
          (unused, ids) -> {
            ids.remove(before.id());
            return ids.isEmpty() ? null : ids;
          });
    }
    Name next = Name.of(now == null ? null : now.webhook());
    if (now != null && next != null) {
      users.computeIfAbsent(next, unused -> new HashSet<>()).add(now.webhook().id());
    }
  }
}
