package dev.posthorn.jdbc;

import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A lane that nobody else writes or claims of until the transaction ends.
 *
 * @param version the webhook's
 * @param readyAt nothing of it can be claimed before
 * @param bucket null if it has no pace
 * @param ramp its pace, if that is slower than its limit; null otherwise
 */
record LockedLane(
    long no,
    WebhookId webhook,
    long version,
    boolean held,
    long readyAt,
    long gateUntil,
    @Nullable Bucket bucket,
    @Nullable Rate ramp) {

  /** The columns that {@link #read} reads, of a lane {@code l}. */
  static final String COLUMNS =
      "l.no, (select w.id from {webhook} w where w.no = l.no) as webhook,"
          + " (select w.version from {webhook} w where w.no = l.no) as version,"
          + " l.hold, l.ready_at, l.gate_until, l.pace_permits, l.pace_per, l.pace_empty_at,"
          + " l.limit_permits, l.limit_per";

  static LockedLane read(ResultSet row) throws SQLException {
    return new LockedLane(
        row.getLong("no"),
        WebhookId.of(row.getString("webhook")),
        row.getLong("version"),
        row.getString("hold") != null,
        row.getLong("ready_at"),
        row.getLong("gate_until"),
        Bucket.read(row),
        WebhookRows.ramp(row));
  }

  private LockedLane readyAt(long time) {
    return new LockedLane(no, webhook, version, held, time, gateUntil, bucket, ramp);
  }

  /** The same with something that is due at a time. */
  LockedLane with(long due) {
    return held ? this : readyAt(Math.min(readyAt, Math.max(due, gateUntil)));
  }

  /** The same with something that is due now, as far as the pace allows. */
  LockedLane announced(long now) {
    return with(bucket == null ? now : Math.max(now, bucket.next()));
  }

  /** The same, not ready before its gate ends. */
  LockedLane gated() {
    return readyAt(Math.max(readyAt, gateUntil));
  }

  boolean isReady(long now) {
    return !held && readyAt <= now && gateUntil <= now;
  }

  /** How many may be claimed by its pace, and no more than some. */
  int most(int room, long now) {
    return bucket == null ? room : Math.max(0, Math.min(room, bucket.available(now)));
  }

  /**
   * The same after a claim.
   *
   * @param taken how many were claimed
   * @param nextDue when the first that was not is due
   * @param until when the leases end
   */
  LockedLane claimed(int taken, long nextDue, long until, long now) {
    long next = taken > 0 ? Math.min(nextDue, until) : nextDue;
    long ready = Math.max(next, now);
    if (bucket == null) {
      return readyAt(ready);
    }
    Bucket left = new Bucket(bucket.permits(), bucket.per(), bucket.emptyAfter(taken, now));
    long paced = Math.max(ready, bucket.emptyAfter(taken + 1, now));
    return new LockedLane(no, webhook, version, held, paced, gateUntil, left, ramp);
  }
}
