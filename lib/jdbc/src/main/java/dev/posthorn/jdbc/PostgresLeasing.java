package dev.posthorn.jdbc;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Leases the oldest due of lanes that are locked, and says when those lanes are ready again. */
final class PostgresLeasing {
  private static final String LEASE =
      """
      with t as materialized (select {now} as now),
      r as materialized (
        select * from unnest(?, ?) with ordinality r(lane, most, turn)),
      k as materialized (
        select p.no, p.due, r.lane, r.turn from r cross join t cross join lateral (
          select p.no, p.due from {pending} p
          where p.lane = r.lane and p.due <= t.now
          order by p.due, p.no limit r.most for update skip locked) p
        limit ?),
      u as (
        update {pending} p set leased = true, fence = p.fence + 1, due_before = p.due,
          due = t.now + ?, lapses = p.lapses + p.leased::int
        from k, t where p.no = k.no
        returning p.no, p.lane, p.fence, p.lapses, p.began, k.turn, k.due, t.now),
      m as materialized (
        select r.lane, count(k.no) as taken from r left join k on k.lane = r.lane
        where r.turn <= (select case when count(*) < ? then 2000000000 else max(turn) end from k)
        group by r.lane),
      n as materialized (
        select m.lane, m.taken, coalesce((
          select p.due from {pending} p where p.lane = m.lane
          order by p.due, p.no offset m.taken limit 1), ?) as due from m),
      v as (
        update {lane} l set ready_at = greatest({nextempty}, case
            when m.due <= t.now then t.now
            when m.taken > 0 then least(m.due, t.now + ?)
            else m.due end),
          pace_empty_at = coalesce({empty}, 0)
        from n m cross join t where l.no = m.lane)
      select u.*, d.id, d.event, d.round, d.attempts, d.max_age, d.last_detail, w.id as webhook,
        w.version, l.limit_permits, l.limit_per, l.pace_permits, l.pace_per, e.accepted_at, e.tenant, e.source,
        e.id as event_id, e.type, e.content
      from u join {delivery} d on d.no = u.no join {webhook} w on w.no = u.lane
      join {lane} l on l.no = u.lane join {event} e on e.no = d.event
      order by u.turn, u.due, u.no
      """;

  private final String lease;

  PostgresLeasing(Tables tables) {
    lease = tables.in(Pace.in(LEASE));
  }

  /**
   * A locked lane.
   *
   * @param most how many of it may be claimed
   */
  record Lane(long no, int most) {}

  List<Claim> lease(Session session, ClaimRequest request, int most, List<Lane> lanes)
      throws SQLException {
    if (lanes.isEmpty()) {
      return List.of();
    }
    Map<Long, CanonicalEvent> contents = new HashMap<>();
    Long until = Micros.of(request.lease());
    return session.query(
        lease,
        row -> claim(row, contents),
        Session.numbers(lanes.stream().map(Lane::no).toList()),
        Session.numbers(lanes.stream().map(lane -> (long) lane.most()).toList()),
        most,
        until,
        most,
        Micros.NEVER,
        until);
  }

  private static Claim claim(ResultSet row, Map<Long, CanonicalEvent> contents)
      throws SQLException {
    byte[] content = row.getBytes("content");
    String failed = row.getInt("attempts") == 0 ? null : row.getString("last_detail");
    return new Claim(
        DeliveryId.of(row.getString("id")),
        row.getLong("fence"),
        WebhookId.of(row.getString("webhook")),
        row.getLong("version"),
        new EventKey(
            new Tenant(row.getString("tenant")),
            row.getString("source"),
            row.getString("event_id")),
        row.getString("type"),
        contents.computeIfAbsent(row.getLong("event"), no -> CanonicalEvent.ofJson(content)),
        row.getInt("round"),
        row.getInt("attempts"),
        row.getInt("lapses"),
        Micros.duration(row.getLong("now") - row.getLong("began")),
        Micros.duration(row.getLong("max_age")),
        failed == null ? null : reason(failed),
        Micros.instant(row.getLong("accepted_at")),
        WebhookRows.ramp(row));
  }

  private static FailureReason reason(String detail) {
    return FailureDetail.valueOf(detail).reason();
  }
}
