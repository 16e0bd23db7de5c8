package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Adds events with their deliveries, in the order of the events' hashes. Lanes are read, but not
 * locked; that there is something for them is announced.
 */
final class PortableAdding {
  private static final String DELIVERY =
      "insert into {delivery} (id, tenant, lane, event, max_age, state, round, attempts, fence, ended,"
          + " ended_at) values (?, ?, ?, ?, ?, ?, 1, 0, ?, ?, ?)";
  private static final String NUMBERS = "select id, no from {delivery} where event in {?}";
  private static final String PENDING =
      "insert into {pending} (no, lane, due, due_before, leased, fence, lapses, began, expires)"
          + " values (?, ?, ?, ?, ?, ?, 0, ?, ?)";
  private static final String ANNOUNCE = "insert into {announced} (lane) values (?)";

  private final StoreClock clock;
  private final Targets targets;
  private final Quota quota;
  private final EventRows events;
  private final String delivery;
  private final String numbers;
  private final String pending;
  private final String announce;

  PortableAdding(Tables tables, Quota quota) {
    this.quota = quota;
    clock = new StoreClock(tables);
    targets = new Targets(tables);
    events = new EventRows(tables);
    delivery = tables.in(DELIVERY);
    numbers = tables.in(NUMBERS);
    pending = tables.in(PENDING);
    announce = tables.in(ANNOUNCE);
  }

  /** A delivery to be stored. */
  private record Row(NewDelivery delivery, Targets.Target lane, Fate fate) {
    Born born() {
      return new Born(delivery.id(), fate);
    }

    boolean leased() {
      return fate == Fate.CLAIMED;
    }

    boolean over() {
      return fate == Fate.DISCARDED;
    }

    String id() {
      return delivery.id().value();
    }

    private long fence() {
      return leased() ? 1 : 0;
    }

    @Nullable Object[] columns(@Nullable Long event, Long now) {
      Long maxAge = Micros.of(delivery.maxAge());
      return new @Nullable Object[] {
        id(),
        lane.tenant(),
        lane.no(),
        event,
        maxAge,
        over() ? "DISCARDED" : "PENDING",
        fence(),
        over() ? "QUOTA" : null,
        over() ? now : null
      };
    }

    @Nullable Object[] pending(@Nullable Long no, long now, long lease) {
      long due = leased() ? now + lease : now;
      long expires = now + Micros.of(delivery.maxAge());
      return new @Nullable Object[] {no, lane.no(), due, now, leased(), fence(), now, expires};
    }
  }

  /**
   * Stores what is not known.
   *
   * @param lease of those that are born claimed; null to have none of them so
   */
  List<Added> add(Session session, List<NewEvent> added, @Nullable Duration lease)
      throws SQLException {
    EventBatch batch = EventBatch.of(added);
    Map<EventHash, byte[]> known = events.digests(session, batch.firsts().keySet());
    Map<EventHash, NewEvent> unknown = new TreeMap<>(batch.firsts());
    unknown.keySet().removeAll(known.keySet());
    long now = clock.now(session);
    Map<EventHash, List<Row>> rows = rows(session, unknown, lease != null, now);
    unknown.keySet().retainAll(rows.keySet());
    Map<EventHash, byte[]> others = events.insert(session, unknown, now);
    rows.keySet().removeAll(others.keySet());
    known.putAll(others);
    insert(session, rows, now, lease == null ? 0 : Micros.of(lease));
    Map<EventHash, List<Born>> born = new TreeMap<>();
    rows.forEach((hash, some) -> born.put(hash, some.stream().map(Row::born).toList()));
    return batch.answers(born, known);
  }

  /** The deliveries of those events that have any whose webhook is there. */
  private Map<EventHash, List<Row>> rows(
      Session session, Map<EventHash, NewEvent> unknown, boolean mayLease, long now)
      throws SQLException {
    Map<String, Targets.Target> lanes = targets.of(session, unknown.values());
    Set<DeliveryId> over = quota.over(session, unknown.values(), !mayLease);
    Map<EventHash, List<Row>> rows = new TreeMap<>();
    unknown.forEach(
        (hash, event) -> {
          List<Row> some = new ArrayList<>();
          for (NewDelivery one : event.deliveries()) {
            Targets.Target lane = lanes.get(one.webhook().value());
            if (lane != null && lane.tenant().equals(event.key().tenant().value())) {
              boolean claimed = mayLease && one.claimed() && lane.isOpen(now);
              Fate stored = claimed ? Fate.CLAIMED : Fate.WAITING;
              some.add(new Row(one, lane, over.contains(one.id()) ? Fate.DISCARDED : stored));
            }
          }
          if (!some.isEmpty()) {
            rows.put(hash, some);
          }
        });
    return rows;
  }

  private void insert(Session session, Map<EventHash, List<Row>> rows, long now, long lease)
      throws SQLException {
    Map<EventHash, Long> numbers = events.numbers(session, rows.keySet());
    List<@Nullable Object[]> deliveries = new ArrayList<>();
    for (Map.Entry<EventHash, List<Row>> of : rows.entrySet()) {
      Long event = numbers.get(of.getKey());
      of.getValue().forEach(row -> deliveries.add(row.columns(event, now)));
    }
    session.updateAll(delivery, deliveries);
    insertPending(session, rows.values(), numbers.values(), now, lease);
  }

  private void insertPending(
      Session session, Collection<List<Row>> rows, Collection<Long> events, long now, long lease)
      throws SQLException {
    Map<String, Long> found = new HashMap<>();
    Chunks.query(session, numbers, row -> found.put(row.getString(1), row.getLong(2)), events);
    List<@Nullable Object[]> waiting = new ArrayList<>();
    TreeSet<Long> lanes = new TreeSet<>();
    for (List<Row> some : rows) {
      for (Row row : some) {
        if (!row.over()) {
          waiting.add(row.pending(found.get(row.id()), now, lease));
        }
        if (row.fate() == Fate.WAITING) {
          lanes.add(row.lane().no());
        }
      }
    }
    session.updateAll(pending, waiting);
    session.updateAll(announce, lanes.stream().map(lane -> new @Nullable Object[] {lane}).toList());
  }
}
