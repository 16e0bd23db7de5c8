package dev.posthorn.examples.orders;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The table of orders, compared with what was received.
 *
 * @param begun how many orders were begun
 * @param committed how many of them are in the table
 * @param lost how many of those were never received
 * @param phantoms how many were received that are not in the table
 * @param twice how many were received more than once
 */
record Tally(long begun, int committed, long lost, long phantoms, long twice) {

  /** An order's number is used up even if it is rolled back. */
  static Tally of(DataSource database, Map<Long, Integer> events) throws SQLException {
    Set<Long> orders = ordersIn(database);
    return new Tally(
        numbersUsed(database),
        orders.size(),
        orders.stream().filter(number -> !events.containsKey(number)).count(),
        events.keySet().stream().filter(number -> !orders.contains(number)).count(),
        events.values().stream().filter(times -> times > 1).count());
  }

  private static long numbersUsed(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select last_value from orders_number_seq")) {
      row.next();
      return row.getLong(1);
    }
  }

  void print(PrintStream out) {
    out.printf("%n%5d orders were begun%n", begun);
    out.printf("%5d   committed%n", committed);
    out.printf("%5d     lost, which is never received%n", lost);
    out.printf("%5d     received more than once%n", twice);
    out.printf("%5d   rolled back, by the shop or by its death%n", begun - committed);
    out.printf("%5d     received all the same%n", phantoms);
  }

  static Set<Long> ordersIn(DataSource database) throws SQLException {
    Set<Long> numbers = new HashSet<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select number from orders")) {
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
    }
    return numbers;
  }
}
