package dev.posthorn.jdbc;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.DeliveryQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How deliveries are looked for and read. Those of deleted webhooks are out of sight. */
final class DeliveryRows {
  /** Where deliveries {@code d} stand beside their webhook, lane and event, and what is pending. */
  static final String FROM =
      " from {delivery} d join {webhook} w on w.no = d.lane join {lane} l on l.no = d.lane"
          + " join {event} e on e.no = d.event left join {pending} p on p.no = d.no";

  static final String SELECT =
      "select d.no, d.id, d.state, p.due, d.round, d.attempts, d.ended, d.ended_at, d.last_status,"
          + " d.last_detail, d.last_retry_after, w.id as webhook, w.tenant, l.hold, l.gate_until,"
          + " e.source, e.id as event_id, e.type, e.accepted_at"
          + FROM;

  /** When what is due first of a lane {@code l} is due; null if nothing is. */
  static final String FIRST_DUE =
      "(select p.due from {pending} p where p.lane = l.no"
          + " order by p.lane, p.due, p.no limit 1)";

  private static final String HOLD = "l.hold";
  private static final String HOLD_OF_LANE = "(select l.hold from {lane} l where l.no = d.lane)";

  private DeliveryRows() {}

  /** A delivery and its place in the order in which deliveries were accepted. */
  record Row(long no, Delivery delivery) {}

  static Row read(ResultSet row) throws SQLException {
    Long due = Session.number(row, "due");
    boolean pending = due != null && row.getString("hold") == null;
    String ended = row.getString("ended");
    Long endedAt = Session.number(row, "ended_at");
    return new Row(
        row.getLong("no"),
        new Delivery(
            DeliveryId.of(row.getString("id")),
            WebhookId.of(row.getString("webhook")),
            new EventKey(
                new Tenant(row.getString("tenant")),
                row.getString("source"),
                row.getString("event_id")),
            row.getString("type"),
            due == null || pending
                ? DeliveryState.valueOf(row.getString("state"))
                : DeliveryState.HELD,
            row.getInt("round"),
            row.getInt("attempts"),
            Micros.instant(row.getLong("accepted_at")),
            next(pending ? due : null, row),
            Told.read(row, "last_status", "last_detail", "last_retry_after"),
            ended == null ? null : EndReason.valueOf(ended),
            endedAt == null ? null : Micros.instant(endedAt)));
  }

  private static @Nullable Instant next(@Nullable Long due, ResultSet row) throws SQLException {
    return due == null ? null : Micros.instant(Math.max(due, row.getLong("gate_until")));
  }

  /** A condition and the values in it. */
  record Where(String sql, List<@Nullable Object> values) {

    @Nullable Object[] and(@Nullable Object... more) {
      List<@Nullable Object> all = new ArrayList<>(values);
      for (Object one : more) {
        all.add(one);
      }
      return all.toArray();
    }
  }

  /** The deliveries that a query means, for {@link #FROM}; each part of it leads to an index. */
  static Where where(DeliveryQuery query) {
    return where(query, HOLD);
  }

  /** The same where no lane is joined, so that none is locked. */
  static Where whereAlone(DeliveryQuery query) {
    return where(query, HOLD_OF_LANE);
  }

  /**
   * The order in which deliveries were accepted, by the index that {@link #where} led to: some
   * databases sort unless all columns of it are named.
   *
   * @param direction nothing, or {@code desc} after a blank
   */
  static String order(DeliveryQuery query, String direction) {
    String lane = query.webhook() == null ? "" : "d.lane" + direction + ", ";
    return " order by " + lane + "d.no" + direction;
  }

  private static Where where(DeliveryQuery query, String hold) {
    StringBuilder sql = new StringBuilder(" where d.tenant = ?");
    List<@Nullable Object> values = new ArrayList<>();
    values.add(query.tenant().value());
    if (query.webhook() != null) {
      sql.append(" and d.lane = (select no from {webhook} where id = ?)");
      values.add(query.webhook().value());
    }
    if (query.delivery() != null) {
      sql.append(" and d.id = ?");
      values.add(query.delivery().value());
    }
    if (query.event() != null) {
      sql.append(" and d.event = (select no from {event} where hash = ?)");
      values.add(EventHash.of(query.event()).bytes());
    }
    return new Where(sql.append(states(query.states(), hold)).toString(), values);
  }

  private static String states(Set<DeliveryState> states, String hold) {
    if (states.size() == DeliveryState.values().length) {
      return "";
    }
    List<String> any = new ArrayList<>();
    for (DeliveryState state : states) {
      any.add(
          switch (state) {
            case PENDING -> "(d.state = 'PENDING' and " + hold + " is null)";
            case HELD -> "(d.state = 'PENDING' and " + hold + " is not null)";
            case DELIVERED, EXHAUSTED, DISCARDED -> "d.state = '" + state.name() + "'";
          });
    }
    return any.isEmpty() ? " and 1 = 0" : " and (" + String.join(" or ", any) + ")";
  }
}
