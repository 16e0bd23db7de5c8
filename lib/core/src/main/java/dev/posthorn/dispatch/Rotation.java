package dev.posthorn.dispatch;

import dev.posthorn.delivery.Tenant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: tenants in turn, and each tenant's lanes in turn, so that neither a tenant with
 * many webhooks nor a webhook with many deliveries crowds out another. Guarded by the lanes' lock.
 */
final class Rotation {
  private final Map<Tenant, Set<Lane>> byTenant = new LinkedHashMap<>();

  /** Puts a lane at the end of its tenant's queue. */
  void add(Lane lane) {
    byTenant.computeIfAbsent(lane.tenant, unused -> new LinkedHashSet<>()).add(lane);
  }

  /** Takes out the lane whose turn it is; null if there is none. */
  @Nullable Lane next() {
    Iterator<Map.Entry<Tenant, Set<Lane>>> tenants = byTenant.entrySet().iterator();
    if (!tenants.hasNext()) {
      return null;
    }
    Map.Entry<Tenant, Set<Lane>> first = tenants.next();
    Tenant tenant = first.getKey();
    Set<Lane> queue = first.getValue();
    tenants.remove();
    Iterator<Lane> lanes = queue.iterator();
    Lane lane = lanes.next();
    lanes.remove();
    if (!queue.isEmpty()) {
      byTenant.put(tenant, queue);
    }
    return lane;
  }

  /** Takes out a lane before its turn. */
  void remove(Lane lane) {
    Set<Lane> queue = byTenant.get(lane.tenant);
    if (queue != null && queue.remove(lane) && queue.isEmpty()) {
      byTenant.remove(lane.tenant);
    }
  }

  boolean isEmpty() {
    return byTenant.isEmpty();
  }
}
