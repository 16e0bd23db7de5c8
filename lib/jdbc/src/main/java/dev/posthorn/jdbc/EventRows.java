package dev.posthorn.jdbc;

import dev.posthorn.store.NewEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events in rows. */
final class EventRows {
  private static final String DIGESTS = "select hash, digest from {event} where hash in {?}";
  private static final String NUMBERS = "select hash, no from {event} where hash in {?}";
  private static final String INSERT =
      "insert into {event} (hash, tenant, source, id, type, content, digest, accepted_at)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?)";

  /** What the host's transaction is told that does not see what was committed since it began. */
  private static final String SERIALISATION_FAILURE = "40001";

  private final String digests;
  private final String numbers;
  private final String insert;

  EventRows(Tables tables) {
    digests = tables.in(DIGESTS);
    numbers = tables.in(NUMBERS);
    insert = tables.in(INSERT);
  }

  /** The digests of those that are there. */
  Map<EventHash, byte[]> digests(Session session, Collection<EventHash> hashes)
      throws SQLException {
    Map<EventHash, byte[]> found = new TreeMap<>();
    Chunks.query(
        session,
        digests,
        row -> found.put(EventHash.ofBytes(row.getBytes(1)), row.getBytes(2)),
        bytes(hashes));
    return found;
  }

  Map<EventHash, Long> numbers(Session session, Collection<EventHash> hashes) throws SQLException {
    Map<EventHash, Long> found = new TreeMap<>();
    Chunks.query(
        session,
        numbers,
        row -> found.put(EventHash.ofBytes(row.getBytes(1)), row.getLong(2)),
        bytes(hashes));
    return found;
  }

  private static List<byte[]> bytes(Collection<EventHash> hashes) {
    return hashes.stream().map(EventHash::bytes).toList();
  }

  /**
   * Inserts those that are not there, in their order.
   *
   * @return the digests of those that somebody else has just inserted
   */
  Map<EventHash, byte[]> insert(Session session, Map<EventHash, NewEvent> events, long now)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    events.forEach((hash, event) -> rows.add(columns(hash, event, now)));
    boolean[] inserted = session.insertNew(insert, rows);
    List<EventHash> others = new ArrayList<>(events.keySet());
    for (int i = inserted.length - 1; i >= 0; i--) {
      if (inserted[i]) {
        others.remove(i);
      }
    }
    Map<EventHash, byte[]> known = digests(session, others);
    if (known.size() < others.size()) {
      throw new SQLException(
          "another transaction has just published the same event", SERIALISATION_FAILURE);
    }
    return known;
  }

  private static @Nullable Object[] columns(EventHash hash, NewEvent event, long now) {
    return new @Nullable Object[] {
      hash.bytes(),
      event.key().tenant().value(),
      event.key().source(),
      event.key().id(),
      event.type(),
      event.content().json(),
      event.content().digest(),
      now
    };
  }
}
