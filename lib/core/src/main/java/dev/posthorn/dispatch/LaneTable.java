package dev.posthorn.dispatch;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that this process knows: those with work, and some that had work lately, to remember
 * how they behaved. Guarded by the lanes' lock.
 */
final class LaneTable {
  private static final int IDLE_LANES_REMEMBERED = 4_096;

  private final ToIntFunction<WebhookId> concurrency;
  private final Map<WebhookId, Lane> active = new HashMap<>();
  private final LinkedHashMap<WebhookId, Lane> idle = new LinkedHashMap<>();

  /** Asks for each webhook's own concurrency whenever something is done with its lane. */
  LaneTable(ToIntFunction<WebhookId> concurrency) {
    this.concurrency = concurrency;
  }

  /** A lane, known or new, made active. */
  Lane lane(WebhookId webhook, Tenant tenant) {
    Lane lane = active.get(webhook);
    if (lane == null) {
      lane = idle.remove(webhook);
      if (lane == null) {
        lane = new Lane(webhook, tenant);
      }
      active.put(webhook, lane);
    }
    lane.most = concurrency.applyAsInt(webhook);
    return lane;
  }

  Lane of(Job job) {
    return lane(job.claim.webhook(), job.claim.event().tenant());
  }

  /** A lane with work; null if it has none. */
  @Nullable Lane active(WebhookId webhook) {
    return active.get(webhook);
  }

  /** Those with work, as they are now: retiring one does not disturb the list. */
  List<Lane> active() {
    return List.copyOf(active.values());
  }

  /** Those that have nothing to do. */
  Collection<Lane> idle() {
    return idle.values();
  }

  /** Puts a lane away if it has nothing to do; the one idle for longest is forgotten. */
  void retire(Lane lane) {
    boolean busy = lane.load() > 0 || lane.closing > 0 || lane.unsendable || lane.backlogged;
    if (busy || active.remove(lane.webhook) == null) {
      return;
    }
    idle.put(lane.webhook, lane);
    if (idle.size() > IDLE_LANES_REMEMBERED) {
      Iterator<WebhookId> oldest = idle.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
