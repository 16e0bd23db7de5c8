package dev.posthorn.jdbc;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.store.Finished;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes results with their attempts. Deliveries are written in their order, each only if its claim
 * still lives at that moment, then lanes in theirs.
 */
final class PortableRecording {
  private static final String CLAIMED =
      "select d.no, d.lane, d.due_before, d.id from {delivery} d"
          + " where d.id in {?} and d.leased and d.due is not null"
          + " and exists (select 1 from {lane} l where l.no = d.lane)";

  /** Numbers instead of truths: 1 if something was tried, 1 if lapses stay as they are. */
  private static final String WRITE =
      "update {delivery} set leased = false, state = ?, ended = ?, ended_at = ?, due = ?,"
          + " attempts = attempts + ?, lapses = lapses * ?,"
          + " last_status = case when ? = 1 then ? else last_status end,"
          + " last_detail = case when ? = 1 then ? else last_detail end,"
          + " last_retry_after = case when ? = 1 then ? else last_retry_after end"
          + " where no = ? and fence = ? and leased and due is not null";

  private static final String ATTEMPT =
      "insert into {attempt} (delivery, round, attempt, started_at, took, status, detail,"
          + " retry_after, snippet, resent) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private final StoreClock clock;
  private final LaneLocks locks;
  private final String claimed;
  private final String write;
  private final String attempt;

  PortableRecording(Tables tables) {
    clock = new StoreClock(tables);
    locks = new LaneLocks(tables);
    claimed = tables.in(CLAIMED);
    write = tables.in(WRITE);
    attempt = tables.in(ATTEMPT);
  }

  private record Claimed(long no, long lane, long dueBefore, String id) {
    static Claimed read(ResultSet row) throws SQLException {
      return new Claimed(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4));
    }
  }

  private record Result(Claimed of, Finished finished) {

    @Nullable Long due(long now) {
      if (Results.state(finished.next()) != DeliveryState.PENDING) {
        return null;
      }
      long delay = Results.delay(finished.next());
      return delay < 0 ? of.dueBefore() : now + delay;
    }

    @Nullable Object[] columns(long now) {
      Attempt made = finished.attempt();
      Told told = made == null ? null : Told.of(made.outcome());
      int tried = told == null ? 0 : 1;
      DeliveryState state = Results.state(finished.next());
      return new @Nullable Object[] {
        state.name(),
        Results.ended(finished.next()),
        state == DeliveryState.PENDING ? null : (Long) now,
        due(now),
        tried,
        Results.delay(finished.next()) < 0 ? 1 : 0,
        tried,
        told == null ? null : (Integer) told.status(),
        tried,
        told == null ? null : told.detail(),
        tried,
        told == null ? null : told.retryAfter(),
        of.no(),
        finished.fence()
      };
    }
  }

  /** Returns those that were skipped. */
  Set<DeliveryId> record(Session session, List<Finished> finished) throws SQLException {
    Map<String, Finished> once = new HashMap<>();
    finished.forEach(result -> once.putIfAbsent(result.id().value(), result));
    Set<DeliveryId> skipped = new HashSet<>();
    once.values().forEach(result -> skipped.add(result.id()));
    if (once.isEmpty()) {
      return skipped;
    }
    long now = clock.now(session);
    List<Result> written = written(session, once, now);
    written.forEach(result -> skipped.remove(result.finished().id()));
    session.updateAll(attempt, attempts(written));
    wake(session, written, now);
    return skipped;
  }

  private List<Result> written(Session session, Map<String, Finished> finished, long now)
      throws SQLException {
    List<Result> results = new ArrayList<>();
    for (Claimed one : Chunks.query(session, claimed, Claimed::read, finished.keySet())) {
      Finished result = finished.get(one.id());
      if (result != null) {
        results.add(new Result(one, result));
      }
    }
    results.sort(Comparator.comparingLong(result -> result.of().no()));
    List<@Nullable Object[]> rows = new ArrayList<>();
    results.forEach(result -> rows.add(result.columns(now)));
    int[] counts = session.updateAll(write, rows);
    List<Result> written = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 1) {
        written.add(results.get(i));
      }
    }
    return written;
  }

  private static List<@Nullable Object[]> attempts(List<Result> written) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Result result : written) {
      Attempt made = result.finished().attempt();
      if (made != null) {
        Told told = Told.of(made.outcome());
        rows.add(
            new @Nullable Object[] {
              result.of().no(),
              made.round(),
              made.number(),
              Micros.of(made.startedAt()),
              Micros.of(made.took()),
              told.status(),
              told.detail(),
              told.retryAfter(),
              made.snippet(),
              made.resent()
            });
      }
    }
    return rows;
  }

  /**
   * Makes lanes ready for what is due again. They are locked also where nothing is to be written:
   * whoever claims of them now does not see what is due, and is not to have the last word.
   */
  private void wake(Session session, List<Result> written, long now) throws SQLException {
    Map<Long, Long> due = new TreeMap<>();
    for (Result result : written) {
      Long next = result.due(now);
      if (next != null) {
        due.merge(result.of().lane(), next, Math::min);
      }
    }
    List<LockedLane> woken = new ArrayList<>();
    for (LockedLane lane : locks.lock(session, due.keySet(), LaneLocks.WAITING)) {
      LockedLane after = lane.with(due.getOrDefault(lane.no(), Micros.NEVER));
      if (!after.equals(lane)) {
        woken.add(after);
      }
    }
    locks.write(session, woken);
  }
}
