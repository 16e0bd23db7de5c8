package dev.posthorn.jdbc;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An outcome in columns.
 *
 * @param status the HTTP status; 0 if there was none
 * @param detail the failure; null if it was accepted
 * @param retryAfter in microseconds; null if the receiver named none
 */
record Told(int status, @Nullable String detail, @Nullable Long retryAfter) {

  static Told of(Outcome outcome) {
    if (outcome instanceof Outcome.Accepted accepted) {
      return new Told(accepted.status(), null, null);
    }
    Outcome.Failed failed = (Outcome.Failed) outcome;
    Duration wait = failed.retryAfter();
    return new Told(
        failed.status(), failed.detail().name(), wait == null ? null : (Long) Micros.of(wait));
  }

  /** From three columns, of which the status is not null. */
  static Outcome known(ResultSet row, String status, String detail, String retryAfter)
      throws SQLException {
    Outcome outcome = read(row, status, detail, retryAfter);
    if (outcome == null) {
      throw new SQLException("an attempt has no status");
    }
    return outcome;
  }

  /** From three columns; null where the status is. */
  static @Nullable Outcome read(ResultSet row, String status, String detail, String retryAfter)
      throws SQLException {
    Long code = Session.number(row, status);
    if (code == null) {
      return null;
    }
    String failure = row.getString(detail);
    if (failure == null) {
      return new Outcome.Accepted(code.intValue());
    }
    Long wait = Session.number(row, retryAfter);
    return new Outcome.Failed(
        FailureDetail.valueOf(failure),
        code.intValue(),
        wait == null ? null : Micros.duration(wait));
  }
}
