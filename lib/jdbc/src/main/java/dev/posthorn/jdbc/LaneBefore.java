package dev.posthorn.jdbc;

import dev.posthorn.delivery.Rate;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A lane that is locked, as it is before its webhook is written.
 *
 * @param limit its limit; null if it has none
 * @param ramp its pace, if that is slower than its limit; null otherwise
 */
record LaneBefore(long no, boolean held, @Nullable Rate limit, @Nullable Rate ramp) {

  /** The columns that {@link #read} reads, of a lane {@code l}. */
  static final String COLUMNS =
      "l.no, l.hold, l.limit_permits, l.limit_per, l.pace_permits, l.pace_per";

  static LaneBefore read(ResultSet row) throws SQLException {
    return new LaneBefore(
        row.getLong("no"),
        row.getString("hold") != null,
        WebhookRows.rate(row, "limit"),
        WebhookRows.ramp(row));
  }
}
