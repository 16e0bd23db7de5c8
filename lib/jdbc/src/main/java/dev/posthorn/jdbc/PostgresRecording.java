package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Finished;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes results with their attempts, all in one statement. Deliveries are locked in their order,
 * then lanes in theirs, so that two writers of results never wait for each other in a circle. With
 * changes of lanes beside them they may: then the database ends one of them, which is repeated.
 */
final class PostgresRecording {
  private static final String RECORD =
      """
      with t as materialized (select {now} as now),
      f as materialized (
        select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) f(id, fence, state, ended,
          delay, tried, round, attempt, started_at, took, status, detail, retry_after, snippet,
          resent)),
      d as materialized (
        select d.no, d.tenant, d.lane, f.* from f join {delivery} d on d.id = f.id order by d.no),
      k as materialized (
        select d.*, t.now,
          case when d.delay < 0 then p.due_before else t.now + d.delay end as due
        from d cross join t cross join lateral (
          select p.due_before from {delivery} r join {pending} p on p.no = r.no
          where r.no = d.no and p.leased and p.fence = d.fence
            and exists (select from {lane} l where l.no = d.lane)
          for update of r, p) p),
      u as (
        update {pending} p set leased = false, due = k.due,
          lapses = case when k.delay < 0 then p.lapses else 0 end
        from k where p.no = k.no and k.state = 'PENDING'),
      x as (
        delete from {pending} p using k where p.no = k.no and k.state <> 'PENDING'),
      v as (
        update {delivery} d set state = k.state, ended = k.ended, fence = k.fence,
          ended_at = case when k.state = 'PENDING' then null else k.now end,
          attempts = d.attempts + k.tried::int,
          last_status = case when k.tried then k.status else d.last_status end,
          last_detail = case when k.tried then k.detail else d.last_detail end,
          last_retry_after = case when k.tried then k.retry_after else d.last_retry_after end
        from k where d.no = k.no and (k.tried or k.state <> 'PENDING')),
      g as (
        insert into {failed} (no, tenant, lane, ended_at)
        select no, tenant, lane, now from k where state = 'EXHAUSTED'),
      a as (
        insert into {attempt} (delivery, round, attempt, started_at, took, status, detail,
          retry_after, snippet, resent)
        select no, round, attempt, started_at, took, status, detail, retry_after, snippet, resent
        from k where tried)
      select id, lane, case when state = 'PENDING' then due end from k
      """;

  /**
   * All that depends on the lane stands in the assignment, which is made anew for a lane that has
   * changed while it was waited for; a condition would be judged by what the lane was before.
   */
  private static final String WAKE =
      """
      with k as materialized (
        select l.no, r.due from unnest(?, ?) r(no, due) join {lane} l on l.no = r.no
        order by l.no for no key update of l)
      update {lane} l set ready_at = case
          when l.hold is null then least(l.ready_at, greatest(k.due, l.gate_until))
          else l.ready_at end
      from k where l.no = k.no
      """;

  private final String record;
  private final String wake;

  PostgresRecording(Tables tables) {
    record = tables.in(RECORD);
    wake = tables.in(WAKE);
  }

  private record Written(DeliveryId id, long lane, @Nullable Long due) {
    static Written read(ResultSet row) throws SQLException {
      return new Written(DeliveryId.of(row.getString(1)), row.getLong(2), Session.number(row, 3));
    }
  }

  /** Returns those that were skipped. */
  Set<DeliveryId> record(Session session, List<Finished> finished) throws SQLException {
    Map<String, Finished> once = new TreeMap<>();
    finished.forEach(result -> once.putIfAbsent(result.id().value(), result));
    Set<DeliveryId> skipped = new HashSet<>();
    once.values().forEach(result -> skipped.add(result.id()));
    Map<Long, Long> due = new TreeMap<>();
    for (Written written : write(session, List.copyOf(once.values()))) {
      skipped.remove(written.id());
      if (written.due() != null) {
        due.merge(written.lane(), written.due(), Math::min);
      }
    }
    if (!due.isEmpty()) {
      session.update(
          wake,
          Session.numbers(List.copyOf(due.keySet())),
          Session.numbers(List.copyOf(due.values())));
    }
    return skipped;
  }

  private List<Written> write(Session session, List<Finished> finished) throws SQLException {
    if (finished.isEmpty()) {
      return List.of();
    }
    Results results = new Results();
    finished.forEach(results::add);
    return session.query(
        record,
        Written::read,
        Session.texts(results.ids),
        Session.numbers(results.fences),
        Session.texts(results.states),
        Session.texts(results.ended),
        Session.numbers(results.delays),
        Session.flags(results.tried),
        Session.numbers(results.rounds),
        Session.numbers(results.attempts),
        Session.numbers(results.startedAt),
        Session.numbers(results.took),
        Session.numbers(results.statuses),
        Session.texts(results.details),
        Session.numbers(results.retryAfter),
        Session.texts(results.snippets),
        Session.flags(results.resent));
  }
}
