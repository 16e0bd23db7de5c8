package dev.posthorn.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The bucket of claims of a lane with a pace: it refills evenly, holds a tenth of a second's worth,
 * at least one claim, and begins full. {@link Pace} says the same as SQL.
 *
 * @param permits how many claims in each {@code per}
 * @param per in microseconds
 * @param emptyAt when it was empty, or would have been
 */
record Bucket(int permits, long per, long emptyAt) {
  private static final double BURST_MICROS = 100_000;

  /** From columns of a lane; null if it has no pace. */
  static @Nullable Bucket read(ResultSet row) throws SQLException {
    int permits = row.getInt("pace_permits");
    return permits == 0
        ? null
        : new Bucket(permits, row.getLong("pace_per"), row.getLong("pace_empty_at"));
  }

  private double interval() {
    return (double) per / permits;
  }

  /** When it was empty as if what does not fit into it had never come. */
  private double filled(long now) {
    double burst = Math.max(1, Math.min(permits, Math.floor(BURST_MICROS / interval())));
    return Math.max((double) emptyAt, now - burst * interval());
  }

  /** How many claims may be granted. */
  int available(long now) {
    return (int) Math.floor((now - filled(now)) / interval());
  }

  /** When there is at least one again. */
  long next() {
    return (long) Math.ceil(emptyAt + interval());
  }

  /** When it was empty once some are taken. */
  long emptyAfter(int taken, long now) {
    return (long) Math.ceil(filled(now) + taken * interval());
  }
}
