package dev.posthorn.jdbc;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Finished;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes results with their attempts. What is pending is written in the order of its numbers, each
 * only if its claim still lives at that moment; then what follows for deliveries, then lanes.
 */
final class PortableRecording {
  private static final String LEASED =
      "select "
          + WrittenResult.Leased.COLUMNS
          + " from {delivery} d join {pending} p on p.no = d.no where d.id in {?} and p.leased"
          + " and exists (select 1 from {lane} l where l.no = d.lane)";

  private final Tables tables;
  private final StoreClock clock;
  private final LaneLocks locks;

  PortableRecording(Tables tables) {
    this.tables = tables;
    this.clock = new StoreClock(tables);
    this.locks = new LaneLocks(tables);
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
    List<WrittenResult> results = leased(session, once);
    List<WrittenResult> again = only(results, WrittenResult::isPending);
    again = changed(session, WrittenResult.AGAIN, again, result -> result.again(now));
    List<WrittenResult> ended = only(results, result -> !result.isPending());
    ended = changed(session, WrittenResult.NO_MORE, ended, WrittenResult::noMore);

    List<WrittenResult> written = new ArrayList<>(again);
    written.addAll(ended);
    follow(session, written, now);
    wake(session, again, now);
    written.forEach(result -> skipped.remove(result.finished().id()));
    return skipped;
  }

  private List<WrittenResult> leased(Session session, Map<String, Finished> finished)
      throws SQLException {
    List<WrittenResult> results = new ArrayList<>();
    for (WrittenResult.Leased one :
        Chunks.query(session, tables.in(LEASED), WrittenResult.Leased::read, finished.keySet())) {
      Finished result = finished.get(one.id());
      if (result != null) {
        results.add(new WrittenResult(one, result));
      }
    }
    results.sort(Comparator.comparingLong(result -> result.of().no()));
    return results;
  }

  private static List<WrittenResult> only(
      List<WrittenResult> results, Predicate<WrittenResult> which) {
    return results.stream().filter(which).toList();
  }

  /** Those of which a row was changed. */
  private List<WrittenResult> changed(
      Session session,
      String sql,
      List<WrittenResult> results,
      Function<WrittenResult, @Nullable Object[]> columns)
      throws SQLException {
    int[] counts = session.updateAll(tables.in(sql), results.stream().map(columns).toList());
    List<WrittenResult> changed = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 1) {
        changed.add(results.get(i));
      }
    }
    return changed;
  }

  private void follow(Session session, List<WrittenResult> written, long now) throws SQLException {
    List<@Nullable Object[]> deliveries = new ArrayList<>();
    List<@Nullable Object[]> failed = new ArrayList<>();
    List<@Nullable Object[]> attempts = new ArrayList<>();
    for (WrittenResult result : written) {
      if (result.changesDelivery()) {
        deliveries.add(result.delivery(now));
      }
      if (result.isFailed()) {
        failed.add(result.failed(now));
      }
      Attempt made = result.finished().attempt();
      if (made != null) {
        attempts.add(result.attempt(made));
      }
    }
    session.updateAll(tables.in(WrittenResult.DELIVERY), deliveries);
    session.updateAll(tables.in(WrittenResult.FAILED), failed);
    session.updateAll(tables.in(WrittenResult.ATTEMPT), attempts);
  }

  /**
   * Makes lanes ready for what is due again. They are locked also where nothing is to be written:
   * whoever claims of them now does not see what is due, and is not to have the last word.
   */
  private void wake(Session session, List<WrittenResult> again, long now) throws SQLException {
    Map<Long, Long> due = new TreeMap<>();
    again.forEach(result -> due.merge(result.of().lane(), result.due(now), Math::min));
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
