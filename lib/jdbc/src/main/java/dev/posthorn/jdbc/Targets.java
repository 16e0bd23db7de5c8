package dev.posthorn.jdbc;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Finds the lanes that deliveries are to be added to. */
final class Targets {
  private static final String FIND =
      "select w.id, w.tenant, l.no, l.hold, l.pace_permits, l.gate_until"
          + " from {webhook} w join {lane} l on l.no = w.no where w.id in {?}";

  private final String find;

  Targets(Tables tables) {
    find = tables.in(FIND);
  }

  /**
   * A lane.
   *
   * @param free true if it is neither held nor paced
   */
  record Target(String webhook, String tenant, long no, boolean free, long gateUntil) {
    static Target read(ResultSet row) throws SQLException {
      return new Target(
          row.getString("id"),
          row.getString("tenant"),
          row.getLong("no"),
          row.getString("hold") == null && row.getInt("pace_permits") == 0,
          row.getLong("gate_until"));
    }

    /** Whether something may be born claimed in it. */
    boolean isOpen(long now) {
      return free && gateUntil <= now;
    }
  }

  /** By the webhook's id; those that are gone are missing. */
  Map<String, Target> of(Session session, Collection<NewEvent> events) throws SQLException {
    TreeSet<String> ids = new TreeSet<>();
    for (NewEvent event : events) {
      event.deliveries().stream().map(NewDelivery::webhook).map(WebhookId::value).forEach(ids::add);
    }
    Map<String, Target> found = new HashMap<>();
    Chunks.query(
        session,
        find,
        row -> {
          Target target = Target.read(row);
          return found.put(target.webhook(), target);
        },
        ids);
    return found;
  }
}
