package dev.posthorn.jdbc;

import dev.posthorn.delivery.Rate;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.StoredWebhook;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes lanes: small rows that say whether and when deliveries of a webhook may be claimed. */
final class LaneWriting {
  /** True while a lane's pace is slower than its limit. */
  private static final String RAMPS =
      "(pace_permits is distinct from limit_permits or pace_per is distinct from limit_per)";

  /** True for a pace that is given by whether there is one, and by its permits each microsecond. */
  private static final String SLOWER =
      "(cast(? as boolean) and (limit_permits is null"
          + " or cast(? as double precision) < cast(limit_permits as double precision) / limit_per))";

  private static final String CREATE =
      "insert into {lane} (no, ready_at, hold, held_since, open_since, limit_permits, limit_per,"
          + " pace_permits, pace_per) values (?, ?, ?, {now}, {now}, ?, ?, ?, ?)";
  private static final String REMOVE = "delete from {lane} where no = ?";
  private static final String HOLD =
      "update {lane} set held_since = case when hold is null then {now} else held_since end,"
          + " hold = ?, ready_at = ? where no = ?";
  private static final String RELEASE =
      "update {lane} set hold = null, open_since = {now}, gate_until = 0, ready_at = {now}"
          + " where no = ?";
  private static final String LIMIT =
      "update {lane} set limit_permits = ?, limit_per = ?, pace_permits = ?, pace_per = ?,"
          + " pace_empty_at = case when pace_permits is null then 0 else pace_empty_at end,"
          + " ready_at = case when hold is null and ready_at > {now} and gate_until <= {now}"
          + "   then {now} else ready_at end"
          + " where no = ?";
  private static final String GATE =
      "update {lane} set gate_since = case when gate_until > {now} and gate_state = ?"
          + "   then gate_since else {now} end,"
          + " gate_state = ?, gate_why = ?, gate_until = {now} + ?,"
          + " ready_at = case when ready_at < {now} + ? then {now} + ? else ready_at end"
          + " where no = (select no from {webhook} where id = ?) and gate_until < {now} + ?";
  private static final String PACE =
      "update {lane} set open_since = case when "
          + RAMPS
          + " = "
          + SLOWER
          + " then open_since else {now} end,"
          + " pace_empty_at = case when pace_permits is null then 0 else pace_empty_at end,"
          + " pace_permits = case when "
          + SLOWER
          + " then ? else limit_permits end,"
          + " pace_per = case when "
          + SLOWER
          + " then ? else limit_per end,"
          + " ready_at = case when hold is null and ready_at > {now} and gate_until <= {now}"
          + "   then {now} else ready_at end"
          + " where no = (select no from {webhook} where id = ?)";

  private final Tables tables;

  LaneWriting(Tables tables) {
    this.tables = tables;
  }

  void create(Session session, long no, StoredWebhook stored) throws SQLException {
    Rate limit = stored.limit();
    session.update(
        tables.in(CREATE),
        no,
        Micros.NEVER,
        stored.hold(),
        permits(limit),
        per(limit),
        permits(limit),
        per(limit));
  }

  void remove(Session session, long no) throws SQLException {
    session.update(tables.in(REMOVE), no);
  }

  /** What follows for a lane from its webhook's next version. */
  void follow(Session session, LaneBefore before, StoredWebhook next) throws SQLException {
    boolean released = before.held() && next.hold() == null;
    if (next.hold() != null) {
      session.update(tables.in(HOLD), next.hold(), Micros.NEVER, before.no());
    } else if (released) {
      session.update(tables.in(RELEASE), before.no());
    }
    if (released || !Objects.equals(next.limit(), before.limit())) {
      limit(session, before.no(), next.limit(), released ? next.ramp() : before.ramp());
    }
  }

  private void limit(Session session, long no, @Nullable Rate limit, @Nullable Rate ramp)
      throws SQLException {
    boolean ramps = ramp != null && (limit == null || ramp.isSlowerThan(limit));
    Rate pace = ramps ? ramp : limit;
    session.update(tables.in(LIMIT), permits(limit), per(limit), permits(pace), per(pace), no);
  }

  void gate(Session session, LaneChange.Gate gate) throws SQLException {
    Long until = Micros.of(gate.until());
    int gated =
        session.update(
            tables.in(GATE),
            gate.state().name(),
            gate.state().name(),
            gate.why(),
            until,
            until,
            until,
            gate.webhook().value(),
            until);
    if (gated == 1 && gate.ramp() != null) {
      pace(session, new LaneChange.Pace(gate.webhook(), gate.ramp()));
    }
  }

  void pace(Session session, LaneChange.Pace pace) throws SQLException {
    Rate rate = pace.rate();
    boolean given = rate != null;
    Double speed = rate == null ? null : (Double) ((double) rate.permits() / Micros.of(rate.per()));
    session.update(
        tables.in(PACE),
        given,
        speed,
        given,
        speed,
        permits(rate),
        given,
        speed,
        per(rate),
        pace.webhook().value());
  }

  private static @Nullable Integer permits(@Nullable Rate rate) {
    return rate == null ? null : (Integer) rate.permits();
  }

  private static @Nullable Long per(@Nullable Rate rate) {
    return rate == null ? null : (Long) Micros.of(rate.per());
  }
}
