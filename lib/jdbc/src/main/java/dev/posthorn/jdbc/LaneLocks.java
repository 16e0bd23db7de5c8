package dev.posthorn.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Locks lanes in the order of their numbers, and writes what became of them. */
final class LaneLocks {
  /** Waits for whoever holds a lane. */
  static final String WAITING = " for update";

  private static final String LOCK =
      "select " + LockedLane.COLUMNS + " from {lane} l where l.no in {?} order by l.no";
  private static final String WRITE =
      "update {lane} set ready_at = ?, pace_empty_at = ? where no = ?";

  private final Tables tables;
  private final String write;

  LaneLocks(Tables tables) {
    this.tables = tables;
    this.write = tables.in(WRITE);
  }

  /** Those that are left. */
  List<LockedLane> lock(Session session, Collection<Long> lanes, String locking)
      throws SQLException {
    String sql = tables.in(LOCK + locking);
    return Chunks.query(session, sql, LockedLane::read, new TreeSet<>(lanes));
  }

  void write(Session session, Collection<LockedLane> lanes) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (LockedLane lane : lanes) {
      Bucket bucket = lane.bucket();
      rows.add(
          new @Nullable Object[] {
            lane.readyAt(), bucket == null ? 0L : bucket.emptyAt(), lane.no()
          });
    }
    session.updateAll(write, rows);
  }
}
