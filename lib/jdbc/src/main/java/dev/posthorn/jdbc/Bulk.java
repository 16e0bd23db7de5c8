package dev.posthorn.jdbc;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.jdbc.DeliveryRows.Row;
import dev.posthorn.jdbc.DeliveryRows.Where;
import dev.posthorn.store.DeliveryQuery;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Work on many deliveries, each call in one transaction over no more of them than its limit: they
 * are found and locked in the order of their numbers, and then written.
 */
final class Bulk {
  private static final String WAITS = " and d.due is not null and (not d.leased or d.due <= {now})";
  private static final String REQUEUE =
      "update {delivery} set round = case when due is null then round + 1 else round end,"
          + " attempts = case when due is null then 0 else attempts end,"
          + " lapses = case when due is null then 0 else lapses end,"
          + " began = case when due is null then {now} else began end,"
          + " state = 'PENDING', ended = null, ended_at = null, leased = false,"
          + " due_before = {now}, due = {now} where no = ?";
  private static final String END =
      "update {delivery} set state = ?, ended = ?, ended_at = {now}, leased = false, due = null"
          + " where no = ?";
  private static final String READY =
      "update {lane} set ready_at = case when hold is not null or ready_at <= {now} then ready_at"
          + " when gate_until > {now} then gate_until else {now} end"
          + " where no = ?";

  private final Database database;
  private final Tables tables;
  private final Dialect dialect;
  private final String read;

  Bulk(Database database, Tables tables, Dialect dialect) {
    this.database = database;
    this.tables = tables;
    this.dialect = dialect;
    this.read = tables.in(DeliveryRows.SELECT + " where d.no = ?");
  }

  private record Place(long no, long lane, long event) {}

  int requeue(DeliveryQuery query, int limit) {
    Where where = DeliveryRows.whereAlone(query);
    String condition =
        " and (d.due is null or (not d.leased and d.due > {now}))" + DeliveryRows.order(query, "");
    return database.transaction(
        session -> requeue(session, find(session, where, condition, limit)));
  }

  int requeueFailed(Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    Where where =
        new Where(
            " where d.lane = (select no from {webhook} where id = ? and tenant = ?)"
                + " and d.failed_at >= ? and d.failed_at < ?",
            List.of(webhook.value(), tenant.value(), Math.max(1, ceil(since)), ceil(until)));
    String order = " order by d.lane, d.failed_at, d.no";
    return database.transaction(session -> requeue(session, find(session, where, order, limit)));
  }

  /** What is kept is whole microseconds: those at or after an instant begin with the next one. */
  private static long ceil(Instant instant) {
    Instant floor = Micros.instant(Micros.of(instant));
    return Micros.of(instant) + (floor.isBefore(instant) ? 1 : 0);
  }

  private int requeue(Session session, List<Place> found) throws SQLException {
    write(session, REQUEUE, found);
    TreeSet<Long> lanes = new TreeSet<>();
    found.forEach(place -> lanes.add(place.lane()));
    List<@Nullable Object[]> ready = new ArrayList<>();
    lanes.forEach(lane -> ready.add(new @Nullable Object[] {lane}));
    session.updateAll(tables.in(READY), ready);
    return found.size();
  }

  int discard(DeliveryQuery query, int limit) {
    return database.transaction(
        session -> {
          Where where = DeliveryRows.whereAlone(query);
          String condition = WAITS + DeliveryRows.order(query, "");
          List<Place> found = find(session, where, condition, limit);
          write(session, END, found, "DISCARDED", "DISCARDED_BY_OWNER");
          return found.size();
        });
  }

  int remove(DeliveryQuery query, int limit) {
    return database.transaction(
        session -> {
          Where where = DeliveryRows.whereAlone(query);
          String condition = " and d.due is null" + DeliveryRows.order(query, "");
          List<Place> found = find(session, where, condition, limit);
          forget(session, found);
          return found.size();
        });
  }

  /** Removes deliveries with their attempts, and events that have none left. */
  private void forget(Session session, List<Place> found) throws SQLException {
    write(session, "delete from {attempt} where delivery = ?", found);
    write(session, "delete from {delivery} where no = ?", found);
    TreeSet<Long> events = new TreeSet<>();
    found.forEach(place -> events.add(place.event()));
    List<@Nullable Object[]> left = new ArrayList<>();
    events.forEach(event -> left.add(new @Nullable Object[] {event, event}));
    session.updateAll(
        tables.in(
            "delete from {event} where no = ?"
                + " and not exists (select 1 from {delivery} where event = ?)"),
        left);
  }

  /** Removes some of what a deleted webhook left; returns how many deliveries. */
  int clear(long lane, int limit) {
    return database.transaction(
        session -> {
          List<Place> found =
              session.query(
                  tables.in(
                      "select d.no, d.lane, d.event from {delivery} d where d.lane = ?"
                          + " order by d.lane, d.no limit ?"
                          + dialect.lockDeliveries()),
                  row -> new Place(row.getLong(1), row.getLong(2), row.getLong(3)),
                  lane,
                  limit);
          forget(session, found);
          return found.size();
        });
  }

  List<Delivery> expire(int limit) {
    return database.transaction(
        session -> {
          Where all = new Where(" where d.expires_at > 0 and d.expires_at < {now}", List.of());
          String condition = WAITS + " order by d.expires_at";
          List<Place> found = find(session, all, condition, limit, dialect.skipLocked());
          write(session, END, found, "EXHAUSTED", "EXPIRED");
          List<Delivery> expired = new ArrayList<>();
          for (Place place : found) {
            session
                .first(read, DeliveryRows::read, place.no())
                .map(Row::delivery)
                .ifPresent(expired::add);
          }
          return expired;
        });
  }

  private List<Place> find(Session session, Where where, String condition, int limit)
      throws SQLException {
    return find(session, where, condition, limit, dialect.lockDeliveries());
  }

  private List<Place> find(
      Session session, Where where, String condition, int limit, String locking)
      throws SQLException {
    String sql =
        "select d.no, d.lane, d.event from {delivery} d"
            + where.sql()
            + " and exists (select 1 from {webhook} w where w.no = d.lane)"
            + condition
            + " limit ?"
            + locking;
    return session.query(
        tables.in(sql),
        row -> new Place(row.getLong(1), row.getLong(2), row.getLong(3)),
        where.and(limit));
  }

  private void write(Session session, String sql, List<Place> places, @Nullable Object... before)
      throws SQLException {
    List<@Nullable Object[]> all = new ArrayList<>();
    for (Place place : places) {
      @Nullable Object[] values = new @Nullable Object[before.length + 1];
      System.arraycopy(before, 0, values, 0, before.length);
      values[before.length] = place.no();
      all.add(values);
    }
    session.updateAll(tables.in(sql), all);
  }
}
