package dev.posthorn.dispatch;

import dev.posthorn.delivery.Tenant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: tenants in turn, and each tenant's lanes in turn, so that neither a tenant with
 * many webhooks nor a webhook with many deliveries crowds out another. Guarded by the lanes' lock.
 */
final class Rotation {
  private final Map<Tenant, ArrayDeque<Lane>> byTenant = new LinkedHashMap<>();

  /** Puts a lane at the end of its tenant's queue. */
  void add(Lane lane) {
    byTenant.computeIfAbsent(lane.tenant, unused -> new ArrayDeque<>()).addLast(lane);
  }

  /** Takes out the lane whose turn it is; null if there is none. */
  @Nullable Lane next() {
    Iterator<Map.Entry<Tenant, ArrayDeque<Lane>>> tenants = byTenant.entrySet().iterator();
    if (!tenants.hasNext()) {
      return null;
    }
    Map.Entry<Tenant, ArrayDeque<Lane>> first = tenants.next();
    Tenant tenant = first.getKey();
    ArrayDeque<Lane> queue = first.getValue();
    tenants.remove();
    Lane lane = queue.removeFirst();
    if (!queue.isEmpty()) {
      byTenant.put(tenant, queue);
    }
    return lane;
  }

  boolean isEmpty() {
    return byTenant.isEmpty();
  }
}
