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
 * then lanes in theirs, as everywhere, so that two writers never wait for each other in a circle.
 */
final class PostgresRecording {
  private static final String RECORD =
      """
      with t as materialized (select {now} as now),
      f as materialized (
        select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) f(id, fence, state, ended,
          delay, tried, round, attempt, started_at, took, status, detail, retry_after, snippet,
          resent)),
      k as materialized (
        select d.no, f.* from f join {delivery} d on d.id = f.id and d.fence = f.fence
        where d.leased and d.due is not null
          and exists (select from {lane} l where l.no = d.lane)
        order by d.no for no key update of d),
      u as (
        update {delivery} d set leased = false, state = k.state, ended = k.ended,
          ended_at = case when k.state = 'PENDING' then null else t.now end,
          due = case when k.state <> 'PENDING' then null
                     when k.delay < 0 then d.due_before
                     else t.now + k.delay end,
          attempts = d.attempts + k.tried::int,
          lapses = case when k.delay < 0 then d.lapses else 0 end,
          last_status = case when k.tried then k.status else d.last_status end,
          last_detail = case when k.tried then k.detail else d.last_detail end,
          last_retry_after = case when k.tried then k.retry_after else d.last_retry_after end
        from k, t where d.no = k.no
        returning d.id, d.lane, d.due),
      a as (
        insert into {attempt} (delivery, round, attempt, started_at, took, status, detail,
          retry_after, snippet, resent)
        select no, round, attempt, started_at, took, status, detail, retry_after, snippet, resent
        from k where tried)
      select id, lane, due from u
      """;
  private static final String WAKE =
      """
      with r as materialized (
        select * from unnest(?, ?) r(no, due)),
      k as materialized (
        select l.no from {lane} l where l.no in (select no from r) order by l.no for no key update)
      update {lane} l set ready_at = r.due from r, k
      where l.no = r.no and l.no = k.no and l.hold is null and r.due < l.ready_at
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
