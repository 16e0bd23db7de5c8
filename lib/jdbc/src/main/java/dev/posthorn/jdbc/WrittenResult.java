package dev.posthorn.jdbc;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.store.Finished;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A result and the delivery it is for, as rows to be written. */
record WrittenResult(Leased of, Finished finished) {

  /** A delivery whose claim lives, or did when it was read. */
  record Leased(long no, String tenant, long lane, long dueBefore, String id) {
    static final String COLUMNS = "d.no, d.tenant, d.lane, p.due_before, d.id";

    static Leased read(ResultSet row) throws SQLException {
      return new Leased(
          row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getString(5));
    }
  }

  static final String AGAIN =
      "update {pending} set leased = false, due = ?, lapses = lapses * ?"
          + " where no = ? and fence = ? and leased";
  static final String NO_MORE = "delete from {pending} where no = ? and fence = ? and leased";

  /** Takes 1 or 0 for whether something was tried. */
  static final String DELIVERY =
      "update {delivery} set state = ?, ended = ?, ended_at = ?, fence = ?, attempts = attempts + ?,"
          + " last_status = case when ? = 1 then ? else last_status end,"
          + " last_detail = case when ? = 1 then ? else last_detail end,"
          + " last_retry_after = case when ? = 1 then ? else last_retry_after end where no = ?";

  static final String FAILED =
      "insert into {failed} (no, tenant, lane, ended_at) values (?, ?, ?, ?)";
  static final String ATTEMPT =
      "insert into {attempt} (delivery, round, attempt, started_at, took, status, detail,"
          + " retry_after, snippet, resent) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private DeliveryState state() {
    return Results.state(finished.next());
  }

  boolean isPending() {
    return state() == DeliveryState.PENDING;
  }

  boolean isFailed() {
    return state() == DeliveryState.EXHAUSTED;
  }

  boolean changesDelivery() {
    return finished.attempt() != null || !isPending();
  }

  /** When it is due again. */
  long due(long now) {
    long delay = Results.delay(finished.next());
    return delay < 0 ? of.dueBefore() : now + delay;
  }

  @Nullable Object[] again(long now) {
    boolean asBefore = Results.delay(finished.next()) < 0;
    return new @Nullable Object[] {due(now), asBefore ? 1 : 0, of.no(), finished.fence()};
  }

  @Nullable Object[] noMore() {
    return new @Nullable Object[] {of.no(), finished.fence()};
  }

  @Nullable Object[] delivery(long now) {
    Attempt made = finished.attempt();
    Told told = made == null ? null : Told.of(made.outcome());
    int tried = told == null ? 0 : 1;
    return new @Nullable Object[] {
      state().name(),
      Results.ended(finished.next()),
      isPending() ? null : (Long) now,
      finished.fence(),
      tried,
      tried,
      told == null ? null : (Integer) told.status(),
      tried,
      told == null ? null : told.detail(),
      tried,
      told == null ? null : told.retryAfter(),
      of.no()
    };
  }

  @Nullable Object[] failed(long now) {
    return new @Nullable Object[] {of.no(), of.tenant(), of.lane(), now};
  }

  @Nullable Object[] attempt(Attempt made) {
    Told told = Told.of(made.outcome());
    return new @Nullable Object[] {
      of.no(),
      made.round(),
      made.number(),
      Micros.of(made.startedAt()),
      Micros.of(made.took()),
      told.status(),
      told.detail(),
      told.retryAfter(),
      made.snippet(),
      made.resent()
    };
  }
}
