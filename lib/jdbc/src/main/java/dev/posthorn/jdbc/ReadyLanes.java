package dev.posthorn.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** Finds lanes that are ready, those that have been so for longest first, where there is room. */
final class ReadyLanes {
  /** As many more are read as may be full: to leave those out in the statement takes longer. */
  private static final String ALL =
      "select l.no, (select w.id from {webhook} w where w.no = l.no) as webhook, l.ready_at"
          + " from {lane} l where l.ready_at < ? order by l.ready_at, l.no limit ?";

  private static final String NAMED =
      "select l.no, w.id as webhook, l.ready_at from {webhook} w join {lane} l on l.no = w.no"
          + " where l.ready_at < ? and w.id in {?}";

  private final String all;
  private final String named;

  ReadyLanes(Tables tables) {
    all = tables.in(ALL);
    named = tables.in(NAMED);
  }

  private record Ready(long no, String webhook, long at) {
    static Ready read(ResultSet row) throws SQLException {
      return new Ready(
          row.getLong("no"), String.valueOf(row.getString("webhook")), row.getLong("ready_at"));
    }
  }

  /** When the next lane is or was ready. */
  OptionalLong next(Session session, Room room) throws SQLException {
    return find(session, room, Micros.NEVER, 1).stream().mapToLong(Ready::at).findFirst();
  }

  List<Long> until(Session session, Room room, long now, int most) throws SQLException {
    return find(session, room, now + 1, most).stream().map(Ready::no).toList();
  }

  private List<Ready> find(Session session, Room room, long before, int most) throws SQLException {
    List<Ready> found =
        room.others() > 0
            ? session.query(all, Ready::read, before, (long) most + room.fullLanes())
            : Chunks.query(session, named, Ready::read, room.open(), before);
    return found.stream()
        .filter(lane -> !room.isFull(lane.webhook()))
        .sorted(Comparator.comparingLong(Ready::at).thenComparingLong(Ready::no))
        .limit(most)
        .toList();
  }
}
