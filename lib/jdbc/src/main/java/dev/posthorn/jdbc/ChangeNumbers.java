package dev.posthorn.jdbc;

import java.sql.SQLException;

/**
 * Numbers the writes of webhooks and of named authentications. Each number is taken from one row:
 * whoever has taken one keeps the others waiting until the commit, so that the numbers are in the
 * order of the commits, a reader that has seen one has seen all before it, and what one has found
 * in those tables stays so.
 */
final class ChangeNumbers {
  private static final String COUNT_UP = "update {change} set last = last + 1";
  private static final String NUMBER = "select last from {change}";

  private final Tables tables;

  ChangeNumbers(Tables tables) {
    this.tables = tables;
  }

  long next(Session session) throws SQLException {
    session.update(tables.in(COUNT_UP));
    Long number = session.number(tables.in(NUMBER));
    if (number == null) {
      throw new SQLException("the table " + tables.in("{change}") + " must have one row");
    }
    return number;
  }
}
