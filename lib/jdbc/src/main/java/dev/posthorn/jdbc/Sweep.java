package dev.posthorn.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through all lanes, now and then, for deliveries that are due earlier than their lane says.
 */
final class Sweep {
  private static final String LATE =
      "select f.no, f.due from ("
          + "select m.no, m.ready_at, case when m.due < m.gate_until then m.gate_until else m.due end"
          + "   as due from ("
          + "  select l.no, l.ready_at, l.gate_until,"
          + DeliveryRows.FIRST_DUE
          + " as due from {lane} l where l.hold is null and l.ready_at > {now}) m) f"
          + " where f.due < f.ready_at order by f.no";
  private static final String EARLIER =
      "update {lane} set ready_at = case when gate_until > ? then gate_until else ? end"
          + " where no = ? and hold is null and ready_at > ?";

  private final Database database;
  private final String late;
  private final String earlier;

  Sweep(Database database, Tables tables) {
    this.database = database;
    this.late = tables.in(LATE);
    this.earlier = tables.in(EARLIER);
  }

  void run() {
    List<@Nullable Object[]> lanes = new ArrayList<>();
    database.statement(
        session ->
            session.query(
                late,
                row ->
                    lanes.add(
                        new @Nullable Object[] {
                          row.getLong(2), row.getLong(2), row.getLong(1), row.getLong(2)
                        })));
    if (!lanes.isEmpty()) {
      database.transaction(session -> session.updateAll(earlier, lanes));
    }
  }
}
