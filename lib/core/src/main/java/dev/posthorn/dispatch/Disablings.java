package dev.posthorn.dispatch;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Claim;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The webhooks that were disabled lately, so that a dozen exchanges that end alike announce it
 * once. Thread-safe.
 */
final class Disablings {
  private static final int REMEMBERED = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<WebhookId, Long> versions = new LinkedHashMap<>(); // guarded by lock

  /** True if no claim of this version of the webhook was asked about before. */
  boolean isFirst(Claim claim) {
    lock.lock();
    try {
      Long before = versions.remove(claim.webhook());
      versions.put(claim.webhook(), claim.webhookVersion());
      if (versions.size() > REMEMBERED) {
        versions.remove(versions.keySet().iterator().next());
      }
      return before == null || before != claim.webhookVersion();
    } finally {
      lock.unlock();
    }
  }
}
