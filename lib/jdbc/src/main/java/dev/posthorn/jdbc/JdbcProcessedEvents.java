package dev.posthorn.jdbc;

import dev.posthorn.receiver.ProcessedEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint has handled, a row for each event. Each step is one statement that commits
 * itself, so that of several callers one succeeds; who finds the row changed looks again.
 */
final class JdbcProcessedEvents implements ProcessedEvents {
  private static final String BEGIN =
      "insert into {processed} (hash, lease_ends) values (?, {now} + ?)";
  private static final String BEGIN_ANEW =
      "update {processed} set lease_ends = {now} + ?"
          + " where hash = ? and done_at is null and lease_ends <= {now}";
  private static final String IS_DONE =
      "select done_at is not null from {processed} where hash = ?";
  private static final String DONE =
      "update {processed} set done_at = coalesce(done_at, {now}) where hash = ?";
  private static final String DONE_UNSEEN =
      "insert into {processed} (hash, done_at) values (?, {now})";
  private static final String FORGET = "delete from {processed} where hash = ? and done_at is null";

  private final Database database;
  private final Tables tables;
  private final Dialect dialect;
  private final String endpoint;

  JdbcProcessedEvents(Database database, Tables tables, Dialect dialect, String endpoint) {
    this.database = database;
    this.tables = tables;
    this.dialect = dialect;
    this.endpoint = endpoint;
  }

  private byte[] hash(String source, String id) {
    return EventHash.of(endpoint, source, id).bytes();
  }

  @Override
  public Progress begin(String source, String id, Duration lease) {
    byte[] hash = hash(source, id);
    Long micros = Micros.of(lease);
    while (true) {
      Optional<Boolean> done =
          database.statement(
              session -> session.first(tables.in(IS_DONE), row -> row.getBoolean(1), hash));
      if (done.isEmpty()) {
        if (inserted(BEGIN, hash, micros)) {
          return Progress.STARTED;
        }
      } else if (done.get()) {
        return Progress.DONE;
      } else {
        int begun =
            database.statement(session -> session.update(tables.in(BEGIN_ANEW), micros, hash));
        return begun == 1 ? Progress.STARTED : Progress.IN_PROGRESS;
      }
    }
  }

  /** False if somebody else was quicker. */
  private boolean inserted(String sql, @Nullable Object... values) {
    List<@Nullable Object[]> row = new ArrayList<>();
    row.add(values);
    return database.statement(
        session -> session.insertNew(tables.in(sql + dialect.orLeave()), row)[0]);
  }

  @Override
  public void done(String source, String id) {
    byte[] hash = hash(source, id);
    boolean written = false;
    while (!written) {
      written =
          database.statement(session -> session.update(tables.in(DONE), hash)) == 1
              || inserted(DONE_UNSEEN, hash);
    }
  }

  @Override
  public void forget(String source, String id) {
    byte[] hash = hash(source, id);
    database.statement(session -> session.update(tables.in(FORGET), hash));
  }
}
