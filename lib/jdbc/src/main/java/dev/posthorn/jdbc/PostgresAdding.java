package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds events with their deliveries, all in one statement. Events come in the order of their
 * hashes, so that two publishers never wait for each other in a circle. Lanes are announced to, not
 * written.
 *
 * <p>Events are joined by a full join of which only the inner part is used: the planner does not
 * know how many they are, and a full join is the one that it never does by comparing each with
 * each.
 */
final class PostgresAdding {
  private static final String ADD =
      """
      with t as materialized (select {now} as now),
      n as materialized (
        select u.hash, u.id, w.tenant, w.no as lane, u.max_age,
          u.claimed and l.hold is null and l.pace_permits is null and l.gate_until <= t.now as claimed,
          u.over
        from unnest(?, ?, ?, ?, ?, ?, ?) u(hash, id, webhook, tenant, max_age, claimed, over)
        join {webhook} w on w.id = u.webhook and w.tenant = u.tenant
        join {lane} l on l.no = w.no
        cross join t),
      e as (
        insert into {event} (hash, tenant, source, id, type, content, digest, accepted_at)
        select u.hash, u.tenant, u.source, u.id, u.type, u.content, u.digest, t.now
        from unnest(?, ?, ?, ?, ?, ?, ?) with ordinality
            u(hash, tenant, source, id, type, content, digest, place)
        cross join t
        where u.hash in (select n.hash from n)
        order by u.place
        on conflict (hash) do nothing
        returning no, hash),
      d as (
        insert into {delivery} (id, tenant, lane, event, max_age, state, round, attempts, fence,
          ended, ended_at)
        select n.id, n.tenant, n.lane, e.no, n.max_age,
          case when n.over then 'DISCARDED' else 'PENDING' end, 1, 0, n.claimed::int,
          case when n.over then 'QUOTA' end, case when n.over then t.now end
        from n full join e on e.hash = n.hash cross join t
        where coalesce(n.lane, 0) > 0 and coalesce(e.no, 0) > 0
        returning no, id, lane, max_age, fence, ended),
      p as (
        insert into {pending} (no, lane, due, due_before, leased, fence, lapses, began, expires)
        select d.no, d.lane, t.now + d.fence * ?, t.now, d.fence > 0, d.fence, 0, t.now,
          t.now + d.max_age
        from d cross join t where d.ended is null),
      a as (
        insert into {announced} (lane) select distinct d.lane from d where d.fence = 0 and d.ended is null)
      select d.id, d.fence > 0, d.ended is not null from d
      """;
  private static final String DIGESTS = "select hash, digest from {event} where hash = any(?)";

  private final String add;
  private final String digests;

  private final Quota quota;

  PostgresAdding(Tables tables, Quota quota) {
    this.quota = quota;
    add = tables.in(ADD);
    digests = tables.in(DIGESTS);
  }

  List<Added> add(Session session, List<NewEvent> events, @Nullable Duration lease)
      throws SQLException {
    EventBatch batch = EventBatch.of(events);
    Map<EventHash, List<Born>> born = insert(session, batch.firsts(), lease);
    return batch.answers(born, known(session, batch.firsts(), born));
  }

  /** Without a lease it is a host's transaction. */
  private Map<EventHash, List<Born>> insert(
      Session session, Map<EventHash, NewEvent> events, @Nullable Duration lease)
      throws SQLException {
    Rows rows = new Rows();
    Set<DeliveryId> over = quota.over(session, events.values(), lease == null);
    events.forEach((hash, event) -> rows.add(hash, event, lease != null, over));
    List<Born> inserted =
        session.query(
            add,
            PostgresAdding::born,
            Session.bytes(rows.deliveryHashes),
            Session.texts(rows.deliveryIds),
            Session.texts(rows.webhooks),
            Session.texts(rows.deliveryTenants),
            Session.numbers(rows.ages),
            Session.flags(rows.claimed),
            Session.flags(rows.over),
            Session.bytes(rows.hashes),
            Session.texts(rows.tenants),
            Session.texts(rows.sources),
            Session.texts(rows.ids),
            Session.texts(rows.types),
            Session.bytes(rows.contents),
            Session.bytes(rows.digests),
            lease == null ? 0L : (Long) Micros.of(lease));
    Map<EventHash, List<Born>> born = new HashMap<>();
    for (Born one : inserted) {
      EventHash event = rows.eventOf.get(one.id().value());
      born.computeIfAbsent(event, unused -> new ArrayList<>()).add(one);
    }
    return born;
  }

  private static Born born(ResultSet row) throws SQLException {
    Fate stored = row.getBoolean(2) ? Fate.CLAIMED : Fate.WAITING;
    return new Born(DeliveryId.of(row.getString(1)), row.getBoolean(3) ? Fate.DISCARDED : stored);
  }

  /** The digests of those that were not inserted because they are there. */
  private Map<EventHash, byte[]> known(
      Session session, Map<EventHash, NewEvent> events, Map<EventHash, List<Born>> born)
      throws SQLException {
    List<byte[]> others = new ArrayList<>();
    for (EventHash hash : events.keySet()) {
      if (!born.containsKey(hash)) {
        others.add(hash.bytes());
      }
    }
    Map<EventHash, byte[]> known = new HashMap<>();
    if (!others.isEmpty()) {
      session.query(
          digests,
          row -> known.put(EventHash.ofBytes(row.getBytes(1)), row.getBytes(2)),
          Session.bytes(others));
    }
    return known;
  }

  /** Events and deliveries, column by column. */
  private static final class Rows {
    final List<byte[]> hashes = new ArrayList<>();
    final List<String> tenants = new ArrayList<>();
    final List<String> sources = new ArrayList<>();
    final List<String> ids = new ArrayList<>();
    final List<String> types = new ArrayList<>();
    final List<byte[]> contents = new ArrayList<>();
    final List<byte[]> digests = new ArrayList<>();
    final List<byte[]> deliveryHashes = new ArrayList<>();
    final List<String> deliveryIds = new ArrayList<>();
    final List<String> webhooks = new ArrayList<>();
    final List<String> deliveryTenants = new ArrayList<>();
    final List<Long> ages = new ArrayList<>();
    final List<Boolean> claimed = new ArrayList<>();
    final List<Boolean> over = new ArrayList<>();
    final Map<String, EventHash> eventOf = new HashMap<>();

    void add(EventHash hash, NewEvent event, boolean mayClaim, Set<DeliveryId> refused) {
      if (event.deliveries().isEmpty()) {
        return;
      }
      hashes.add(hash.bytes());
      tenants.add(event.key().tenant().value());
      sources.add(event.key().source());
      ids.add(event.key().id());
      types.add(event.type());
      contents.add(event.content().json());
      digests.add(event.content().digest());
      for (NewDelivery delivery : event.deliveries()) {
        eventOf.put(delivery.id().value(), hash);
        deliveryHashes.add(hash.bytes());
        deliveryIds.add(delivery.id().value());
        webhooks.add(delivery.webhook().value());
        deliveryTenants.add(event.key().tenant().value());
        ages.add(Micros.of(delivery.maxAge()));
        boolean full = refused.contains(delivery.id());
        claimed.add(mayClaim && delivery.claimed() && !full);
        over.add(full);
      }
    }
  }
}
