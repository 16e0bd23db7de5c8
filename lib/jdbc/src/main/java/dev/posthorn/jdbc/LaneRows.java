package dev.posthorn.jdbc;

import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoreReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How lanes stand, and with them the whole store. Nothing is counted. */
final class LaneRows {
  /** Ready lanes that are looked into for what has been due for longest. */
  private static final int LOOKED_INTO = 200;

  private static final String HELD = "The webhook is held: ";
  private static final String DISABLED = "The webhook is disabled: ";
  private static final String SELECT =
      "select w.id, w.tenant, w.disabled, l.hold, l.held_since, l.open_since, l.gate_until, l.gate_since,"
          + " l.gate_state, l.gate_why, l.pace_permits, l.pace_per, l.limit_permits, l.limit_per, {now} as now, "
          + DeliveryRows.FIRST_DUE
          + " as due from {lane} l join {webhook} w on w.no = l.no";
  private static final String TROUBLED =
      " where l.hold is not null or l.gate_until > {now}"
          + " order by case when l.hold is null then l.gate_since else l.held_since end, l.no limit ?";
  private static final String OLDEST =
      "select {now} - min(o.due) from ("
          + "select "
          + DeliveryRows.FIRST_DUE
          + " as due from ("
          + "  (select no from {lane} where ready_at <= {now} order by ready_at limit ?)"
          + "  union (select lane from {announced} limit ?)) n"
          + " join {lane} l on l.no = n.no"
          + " where l.hold is null and l.gate_until <= {now}) o";
  private static final String NODES =
      "select name from {node} where alive_until > {now} order by name";

  private final String one;
  private final String troubled;
  private final String oldest;
  private final String nodes;

  LaneRows(Tables tables) {
    one = tables.in(SELECT + " where w.id = ?");
    troubled = tables.in(SELECT + TROUBLED);
    oldest = tables.in(OLDEST);
    nodes = tables.in(NODES);
  }

  Optional<LaneReport> of(Session session, WebhookId webhook) throws SQLException {
    return session.first(one, LaneRows::read, webhook.value());
  }

  StoreReport report(Session session, int most) throws SQLException {
    Long overdue = session.number(oldest, LOOKED_INTO, LOOKED_INTO);
    List<String> alive = session.query(nodes, row -> row.getString(1));
    List<LaneReport> trouble = session.query(troubled, LaneRows::read, most);
    Duration oldestDue = overdue == null || overdue < 0 ? Duration.ZERO : Micros.duration(overdue);
    return new StoreReport(oldestDue, alive, OptionalLong.empty(), trouble);
  }

  private static LaneReport read(ResultSet row) throws SQLException {
    String hold = row.getString("hold");
    boolean gated = row.getLong("gate_until") > row.getLong("now");
    Rate ramp = WebhookRows.ramp(row);
    Rate limit = WebhookRows.rate(row, "limit");
    Long due = Session.number(row, "due");
    LaneState state = LaneState.OPEN;
    String why = "Nothing stands in its way.";
    long since = Math.max(row.getLong("open_since"), row.getLong("gate_until"));
    if (hold != null) {
      state = LaneState.HELD;
      why = (row.getString("disabled") == null ? HELD : DISABLED) + sentence(hold);
      since = row.getLong("held_since");
    } else if (gated) {
      state = LaneState.valueOf(row.getString("gate_state"));
      why = row.getString("gate_why");
      since = row.getLong("gate_since");
    } else if (ramp != null) {
      state = LaneState.RAMPING;
      why = "The webhook comes back slowly, with " + told(ramp);
    } else if (limit != null) {
      why = "Nothing stands in its way but its own limit of " + told(limit);
    }
    return new LaneReport(
        new Tenant(row.getString("tenant")),
        WebhookId.of(row.getString("id")),
        state,
        Micros.instant(since),
        why,
        hold != null || due == null
            ? null
            : Micros.instant(Math.max(due, row.getLong("gate_until"))));
  }

  private static String told(Rate rate) {
    return "at most %d in %d milliseconds.".formatted(rate.permits(), rate.per().toMillis());
  }

  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }
}
