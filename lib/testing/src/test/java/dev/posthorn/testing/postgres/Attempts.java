package dev.posthorn.testing.postgres;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.store.Finished;
import dev.posthorn.testing.postgres.Database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attempts as rows. */
final class Attempts {
  private Attempts() {}

  static void insert(Transaction tx, List<Finished> results) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Finished result : results) {
      if (result.attempt() != null) {
        rows.add(values(result.id(), result.attempt()));
      }
    }
    tx.updateAll(
        "insert into attempt (delivery, round, attempt, started_at, took, status, detail,"
            + " retry_after, snippet, resent) values (?, ?, ?, ?, ?, ?, ?, ?::bigint, ?, ?)",
        rows);
  }

  private static @Nullable Object[] values(DeliveryId delivery, Attempt attempt) {
    Outcome outcome = attempt.outcome();
    Outcome.Failed failed = outcome instanceof Outcome.Failed f ? f : null;
    Duration retryAfter = failed == null ? null : failed.retryAfter();
    int status =
        outcome instanceof Outcome.Accepted a ? a.status() : failed == null ? 0 : failed.status();
    return new @Nullable Object[] {
      delivery.value(),
      attempt.round(),
      attempt.number(),
      attempt.startedAt(),
      attempt.took().toNanos(),
      status,
      failed == null ? null : failed.detail().name(),
      retryAfter == null ? null : (Long) PostgresStore.micros(retryAfter),
      attempt.snippet(),
      attempt.resent()
    };
  }

  static Attempt read(ResultSet row) throws SQLException {
    Outcome outcome = outcome(row);
    if (outcome == null) {
      throw new SQLException("an attempt without an outcome");
    }
    return new Attempt(
        row.getInt("round"),
        row.getInt("attempt"),
        Database.instantOf(row, "started_at"),
        Duration.ofNanos(row.getLong("took")),
        outcome,
        row.getString("snippet"),
        row.getBoolean("resent"));
  }

  /** From the columns status, detail and retry_after; null where there was no attempt. */
  static @Nullable Outcome outcome(ResultSet row) throws SQLException {
    Integer status = row.getObject("status", Integer.class);
    if (status == null) {
      return null;
    }
    String detail = row.getString("detail");
    if (detail == null) {
      return new Outcome.Accepted(status);
    }
    Long retryAfter = row.getObject("retry_after", Long.class);
    return new Outcome.Failed(
        FailureDetail.valueOf(detail),
        status,
        retryAfter == null ? null : PostgresStore.duration(retryAfter));
  }
}
