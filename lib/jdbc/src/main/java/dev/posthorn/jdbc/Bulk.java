package dev.posthorn.jdbc;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.jdbc.DeliveryRows.Row;
import dev.posthorn.jdbc.DeliveryRows.Where;
import dev.posthorn.store.DeliveryQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Work on many deliveries, each call in one transaction over no more of them than its limit: they
 * are found and locked in an order that is always the same, then what is pending of them, then
 * lanes.
 */
final class Bulk {
  private static final String NOT_CLAIMED = "(not p.leased or p.due <= {now})";
  private static final String WAITING = "(not p.leased and p.due > {now})";
  private static final String HASTEN =
      "update {pending} set due = {now}, due_before = {now}"
          + " where no = ? and not leased and due > {now}";
  private static final String REVIVE =
      "insert into {pending} (no, lane, due, due_before, leased, fence, lapses, began, expires)"
          + " select no, lane, {now}, {now}, false, fence, 0, {now}, {now} + max_age"
          + " from {delivery} where no = ?";
  private static final String BEGIN_ROUND =
      "update {delivery} set state = 'PENDING', round = round + 1, attempts = 0, ended = null,"
          + " ended_at = null where no = ?";
  private static final String NOT_FAILED = "delete from {failed} where no = ?";

  /** Claims go on counting from here, should it be replayed: no two of them are ever the same. */
  private static final String KEEP_FENCE =
      "update {delivery} d set fence = (select p.fence from {pending} p where p.no = d.no)"
          + " where d.no = ? and exists (select 1 from {pending} p where p.no = d.no)";

  private static final String DROP =
      "delete from {pending} where no = ? and (not leased or due <= {now})";
  private static final String END =
      "update {delivery} set state = ?, ended = ?, ended_at = {now} where no = ?";
  private static final String FAILED =
      "insert into {failed} (no, tenant, lane, ended_at)"
          + " select no, tenant, lane, ended_at from {delivery} where no = ?";
  private static final String READY =
      "update {lane} set ready_at = case when hold is not null or ready_at <= {now} then ready_at"
          + " when gate_until > {now} then gate_until else {now} end where no = ?";
  private static final String UNUSED =
      "delete from {event} where no = ?"
          + " and not exists (select 1 from {delivery} where event = ?)";

  /** Rows that one call looks through for those that are too old: some milliseconds' worth. */
  private static final int SLICE = 50_000;

  private static final String TOO_OLD =
      " where d.no in (select s.no from ("
          + "select no, leased, due, expires from {pending} where no > ? order by no limit ?) s"
          + " where s.expires < {now} and (not s.leased or s.due <= {now}))";
  private static final String NEXT_SLICE =
      "select no from {pending} where no > ? order by no limit 1 offset ?";

  private final Database database;
  private final Tables tables;
  private final Dialect dialect;
  private final Quota quota;
  private final String read;
  private final AtomicLong lookedThrough = new AtomicLong();

  Bulk(Database database, Tables tables, Dialect dialect, Quota quota) {
    this.database = database;
    this.quota = quota;
    this.tables = tables;
    this.dialect = dialect;
    this.read = tables.in(DeliveryRows.SELECT + " where d.no = ?");
  }

  private record Place(long no, long lane, long event, boolean pending) {}

  int requeue(DeliveryQuery query, int limit) {
    Where where = DeliveryRows.whereAlone(query);
    String condition =
        " and (d.state <> 'PENDING' or " + WAITING + ")" + DeliveryRows.order(query, "");
    return database.transaction(
        session -> requeue(session, find(session, where, condition, limit)).count());
  }

  Replayed requeueFailed(
      Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    Where where =
        new Where(
            " join {failed} f on f.no = d.no"
                + " where f.lane = (select no from {webhook} where id = ? and tenant = ?)"
                + " and f.ended_at >= ? and f.ended_at < ?",
            List.of(webhook.value(), tenant.value(), ceil(since), ceil(until)));
    String order = " order by f.lane, f.ended_at, f.no";
    return database.transaction(session -> requeue(session, find(session, where, order, limit)));
  }

  /** What is kept is whole microseconds: those at or after an instant begin with the next one. */
  private static long ceil(Instant instant) {
    long floor = Micros.of(instant);
    return floor + (Micros.instant(floor).isBefore(instant) ? 1 : 0);
  }

  private Replayed requeue(Session session, List<Place> found) throws SQLException {
    List<Place> waiting = found.stream().filter(Place::pending).toList();
    List<Place> all = found.stream().filter(place -> !place.pending()).toList();
    List<Place> ended = withinQuota(session, all);
    List<Place> changed = changed(waiting, write(session, HASTEN, waiting));
    write(session, BEGIN_ROUND, ended);
    write(session, NOT_FAILED, ended);
    write(session, REVIVE, ended);
    changed.addAll(ended);
    ready(session, changed);
    return new Replayed(changed.size(), ended.size() < all.size());
  }

  private List<Place> withinQuota(Session session, List<Place> ended) throws SQLException {
    Map<Long, Integer> room = new HashMap<>();
    List<Place> within = new ArrayList<>();
    for (Place place : ended) {
      Integer known = room.get(place.lane());
      int left = known == null ? quota.room(session, place.lane()) : known;
      if (left > 0) {
        within.add(place);
      }
      room.put(place.lane(), left - 1);
    }
    return within;
  }

  /**
   * Lanes are written, and so locked, also where that changes nothing: whoever claims of them now
   * does not see what is due again, and is not to have the last word.
   */
  private void ready(Session session, List<Place> places) throws SQLException {
    TreeSet<Long> lanes = new TreeSet<>();
    places.forEach(place -> lanes.add(place.lane()));
    List<@Nullable Object[]> each = new ArrayList<>();
    lanes.forEach(lane -> each.add(new @Nullable Object[] {lane}));
    session.updateAll(tables.in(READY), each);
  }

  int discard(DeliveryQuery query, int limit) {
    return database.transaction(
        session -> {
          Where where = DeliveryRows.whereAlone(query);
          String condition =
              " and d.state = 'PENDING' and " + NOT_CLAIMED + DeliveryRows.order(query, "");
          List<Place> found = find(session, where, condition, limit);
          return end(session, found, "DISCARDED", "DISCARDED_BY_OWNER").size();
        });
  }

  /**
   * Those of the next slice, which goes on where the last call ended and begins anew at the end.
   */
  List<Delivery> expire(int limit) {
    long after = lookedThrough.get();
    Where old = new Where(TOO_OLD, List.of(after, SLICE));
    return database.transaction(
        session -> {
          List<Place> found = find(session, old, " order by d.no", limit);
          Long last =
              found.size() == limit
                  ? (Long) found.get(limit - 1).no()
                  : session.number(tables.in(NEXT_SLICE), after, SLICE - 1);
          lookedThrough.set(last == null ? 0 : last);
          List<Place> expired = end(session, found, "EXHAUSTED", "EXPIRED");
          write(session, FAILED, expired);
          return deliveries(session, expired);
        });
  }

  private List<Delivery> deliveries(Session session, List<Place> places) throws SQLException {
    List<Delivery> deliveries = new ArrayList<>();
    for (Place place : places) {
      session
          .first(read, DeliveryRows::read, place.no())
          .map(Row::delivery)
          .ifPresent(deliveries::add);
    }
    return deliveries;
  }

  /** Ends those that nobody has claimed meanwhile. */
  private List<Place> end(Session session, List<Place> found, String state, String reason)
      throws SQLException {
    write(session, KEEP_FENCE, found);
    List<Place> ended = changed(found, write(session, DROP, found));
    write(session, END, ended, state, reason);
    return ended;
  }

  int remove(DeliveryQuery query, int limit) {
    return database.transaction(
        session -> {
          Where where = DeliveryRows.whereAlone(query);
          String condition = " and d.state <> 'PENDING'" + DeliveryRows.order(query, "");
          List<Place> found = find(session, where, condition, limit);
          forget(session, found);
          return found.size();
        });
  }

  /** Removes some of what a deleted webhook left; returns how many deliveries. */
  int clear(long lane, int limit) {
    String sql =
        "select d.no, d.lane, d.event, false from {delivery} d where d.lane = ?"
            + " order by d.lane, d.no limit ?"
            + dialect.lockDeliveries();
    return database.transaction(
        session -> {
          List<Place> found = session.query(tables.in(sql), Bulk::place, lane, limit);
          write(session, "delete from {pending} where no = ?", found);
          forget(session, found);
          return found.size();
        });
  }

  /** Removes deliveries with their attempts, and events that have none left. */
  private void forget(Session session, List<Place> found) throws SQLException {
    write(session, "delete from {attempt} where delivery = ?", found);
    write(session, NOT_FAILED, found);
    write(session, "delete from {delivery} where no = ?", found);
    TreeSet<Long> events = new TreeSet<>();
    found.forEach(place -> events.add(place.event()));
    List<@Nullable Object[]> each = new ArrayList<>();
    events.forEach(event -> each.add(new @Nullable Object[] {event, event}));
    session.updateAll(tables.in(UNUSED), each);
  }

  private List<Place> find(Session session, Where where, String condition, int limit)
      throws SQLException {
    String sql =
        "select d.no, d.lane, d.event, d.state = 'PENDING'"
            + " from {delivery} d left join {pending} p on p.no = d.no"
            + where.sql()
            + " and exists (select 1 from {webhook} w where w.no = d.lane)"
            + condition
            + " limit ?"
            + dialect.lockDeliveries();
    return session.query(tables.in(sql), Bulk::place, where.and(limit));
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
  }

  private int[] write(Session session, String sql, List<Place> places, Object... before)
      throws SQLException {
    List<@Nullable Object[]> all = new ArrayList<>();
    for (Place place : places) {
      @Nullable Object[] values = new @Nullable Object[before.length + 1];
      System.arraycopy(before, 0, values, 0, before.length);
      values[before.length] = place.no();
      all.add(values);
    }
    return session.updateAll(tables.in(sql), all);
  }

  private static List<Place> changed(List<Place> places, int[] counts) {
    List<Place> changed = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        changed.add(places.get(i));
      }
    }
    return changed;
  }
}
