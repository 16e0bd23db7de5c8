package dev.posthorn.jdbc;

import dev.posthorn.delivery.Rate;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.StoredWebhook;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Writes lanes: small rows that say whether and when deliveries of a webhook may be claimed. */
final class LaneWriting {
  private static final String CREATE =
      "insert into {lane} (no, ready_at, hold, held_since, open_since)"
          + " values (?, ?, ?, {now}, {now})";
  private static final String REMOVE = "delete from {lane} where no = ?";
  private static final String HOLD =
      "update {lane} set held_since = case when hold is null then {now} else held_since end,"
          + " hold = ?, ready_at = ? where no = ?";
  private static final String RELEASE =
      "update {lane} set hold = null, open_since = {now}, gate_until = 0, pace_permits = ?,"
          + " pace_per = ?, pace_empty_at = 0, ready_at = {now} where no = ?";
  private static final String GATE =
      "update {lane} set gate_since = case when gate_until > {now} and gate_state = ?"
          + "   then gate_since else {now} end,"
          + " gate_state = ?, gate_why = ?, gate_until = {now} + ?,"
          + " pace_permits = coalesce(?, pace_permits), pace_per = coalesce(?, pace_per),"
          + " ready_at = case when ready_at < {now} + ? then {now} + ? else ready_at end"
          + " where no = (select no from {webhook} where id = ?) and gate_until < {now} + ?";
  private static final String PACE =
      "update {lane} set open_since = case when (pace_permits is null) = cast(? as boolean)"
          + "   then open_since else {now} end,"
          + " pace_empty_at = case when pace_permits is null then 0 else pace_empty_at end,"
          + " pace_permits = ?, pace_per = ?,"
          + " ready_at = case when hold is null and ready_at > {now} and gate_until <= {now}"
          + "   then {now} else ready_at end"
          + " where no = (select no from {webhook} where id = ?)";

  private final Tables tables;

  LaneWriting(Tables tables) {
    this.tables = tables;
  }

  void create(Session session, long no, @Nullable String hold) throws SQLException {
    session.update(tables.in(CREATE), no, Micros.NEVER, hold);
  }

  void remove(Session session, long no) throws SQLException {
    session.update(tables.in(REMOVE), no);
  }

  /** What follows for a lane from its webhook's next version. */
  void hold(Session session, long no, @Nullable String before, StoredWebhook next)
      throws SQLException {
    if (next.hold() != null) {
      session.update(tables.in(HOLD), next.hold(), Micros.NEVER, no);
    } else if (before != null) {
      Rate ramp = next.ramp();
      session.update(tables.in(RELEASE), permits(ramp), per(ramp), no);
    }
  }

  void gate(Session session, LaneChange.Gate gate) throws SQLException {
    Long until = Micros.of(gate.until());
    session.update(
        tables.in(GATE),
        gate.state().name(),
        gate.state().name(),
        gate.why(),
        until,
        permits(gate.ramp()),
        per(gate.ramp()),
        until,
        until,
        gate.webhook().value(),
        until);
  }

  void pace(Session session, LaneChange.Pace pace) throws SQLException {
    session.update(
        tables.in(PACE),
        pace.rate() == null,
        permits(pace.rate()),
        per(pace.rate()),
        pace.webhook().value());
  }

  private static @Nullable Integer permits(@Nullable Rate rate) {
    return rate == null ? null : (Integer) rate.permits();
  }

  private static @Nullable Long per(@Nullable Rate rate) {
    return rate == null ? null : (Long) Micros.of(rate.per());
  }
}
