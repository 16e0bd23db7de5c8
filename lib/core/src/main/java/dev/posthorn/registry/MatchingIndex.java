package dev.posthorn.registry;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.EventPattern;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One tenant's webhooks by what they want. Finding those of a type costs one look-up for each dot
 * in it, however many webhooks there are. Read by any thread, written by one at a time.
 */
final class MatchingIndex {
  private final Map<String, Set<WebhookId>> byPattern = new ConcurrentHashMap<>();

  void add(WebhookId id, Collection<EventPattern> patterns) {
    for (EventPattern pattern : patterns) {
      byPattern.computeIfAbsent(pattern.text(), unused -> ConcurrentHashMap.newKeySet()).add(id);
    }
  }

  void remove(WebhookId id, Collection<EventPattern> patterns) {
    for (EventPattern pattern : patterns) {
      byPattern.computeIfPresent(
          pattern.text(),
          (unused, ids) -> {
            ids.remove(id);
            return ids.isEmpty() ? null : ids;
          });
    }
  }

  boolean isEmpty() {
    return byPattern.isEmpty();
  }

  /** Those that want the type, each once. */
  Set<WebhookId> matching(String type) {
    Set<WebhookId> found = new LinkedHashSet<>();
    collect(type, found);
    collect(EventPattern.ALL.text(), found);
    for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
      collect(type.substring(0, dot + 1) + "*", found);
    }
    return found;
  }

  private void collect(String pattern, Set<WebhookId> found) {
    Set<WebhookId> ids = byPattern.get(pattern);
    if (ids != null) {
      found.addAll(ids);
    }
  }
}
