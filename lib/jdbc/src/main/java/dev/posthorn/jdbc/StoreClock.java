package dev.posthorn.jdbc;

import java.sql.SQLException;

/** The database's clock, read once where several statements go by the same time. */
final class StoreClock {
  private final String now;

  StoreClock(Tables tables) {
    now = tables.in("select {now}");
  }

  long now(Session session) throws SQLException {
    Long micros = session.number(now);
    if (micros == null) {
      throw new SQLException("the database does not tell the time");
    }
    return micros;
  }
}
