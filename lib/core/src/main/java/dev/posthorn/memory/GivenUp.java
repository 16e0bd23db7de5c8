package dev.posthorn.memory;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.memory.Rows.DeliveryRow;
import dev.posthorn.memory.Rows.LaneRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that were given up, test events left out, of each tenant and of each lane, by when
 * they ended. Costs 80 bytes for each, and nothing for tenants and lanes that have none.
 */
final class GivenUp {
  private final Map<Tenant, NavigableMap<Ending, DeliveryRow>> tenants = new HashMap<>();
  private final Map<LaneRow, NavigableMap<Ending, DeliveryRow>> lanes = new HashMap<>();

  /** A delivery has ended, however. */
  void ended(DeliveryRow row) {
    if (row.givenUp()) {
      add(tenants, row.event.key.tenant(), row);
      add(lanes, row.lane, row);
    }
  }

  /** A delivery that has ended is about to start anew, or to be forgotten. */
  void leaves(DeliveryRow row) {
    if (row.givenUp()) {
      remove(tenants, row.event.key.tenant(), row);
      remove(lanes, row.lane, row);
    }
  }

  /** A tenant's that ended before a place, the last first. */
  Collection<DeliveryRow> lastBefore(Tenant tenant, Place place) {
    NavigableMap<Ending, DeliveryRow> all = tenants.get(tenant);
    return all == null ? List.of() : all.headMap(place, false).descendingMap().values();
  }

  /** A lane's first one from a place on and before another; null if there is none. */
  @Nullable DeliveryRow first(LaneRow lane, Place from, Place to) {
    NavigableMap<Ending, DeliveryRow> all = lanes.get(lane);
    DeliveryRow first = all == null ? null : value(all.ceilingEntry(from));
    return first == null || Ending.ORDER.compare(first, to) >= 0 ? null : first;
  }

  private static @Nullable DeliveryRow value(Map.@Nullable Entry<Ending, DeliveryRow> entry) {
    return entry == null ? null : entry.getValue();
  }

  private static <K> void add(
      Map<K, NavigableMap<Ending, DeliveryRow>> lists, K key, DeliveryRow row) {
    lists.computeIfAbsent(key, unused -> new TreeMap<>(Ending.ORDER)).put(row, row);
  }

  private static <K> void remove(
      Map<K, NavigableMap<Ending, DeliveryRow>> lists, K key, DeliveryRow row) {
    lists.computeIfPresent(
        key,
        (unused, list) -> {
          list.remove(row);
          return list.isEmpty() ? null : list;
        });
  }
}
