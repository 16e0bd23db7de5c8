package dev.posthorn.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open connection, with each kind of statement in one line. */
record Session(Connection connection) {
  /** What a row is refused with whose key is taken: by standard, and by MySQL and MariaDB. */
  private static final Set<String> DUPLICATE = Set.of("23505", "23000");

  /** Reads what stands in a row. */
  interface Reader<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  /** An array in a statement, of a type by its name in the database. */
  @SuppressWarnings("ArrayRecordComponent") // made for one statement, never compared
  record Array(String type, @Nullable Object[] values) {}

  static Array texts(List<? extends @Nullable String> values) {
    return new Array("text", values.toArray());
  }

  static Array numbers(List<? extends @Nullable Long> values) {
    return new Array("bigint", values.toArray());
  }

  static Array flags(List<Boolean> values) {
    return new Array("boolean", values.toArray());
  }

  static Array bytes(List<byte[]> values) {
    return new Array("bytea", values.toArray(new byte[0][]));
  }

  int update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  <T extends @Nullable Object> List<T> query(
      String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reader.read(rows));
      }
      return found;
    }
  }

  /** The first row, if there is one. */
  <T> Optional<T> first(String sql, Reader<T> reader, @Nullable Object... values)
      throws SQLException {
    return query(sql, reader, values).stream().findFirst();
  }

  /** A number that a statement returns; null if it returns null or nothing. */
  @Nullable Long number(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? number(rows, 1) : null;
    }
  }

  static @Nullable Long number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : (Long) value;
  }

  static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : (Long) value;
  }

  /** The same statement with many sets of values, in one round trip where the driver can. */
  int[] updateAll(String sql, List<@Nullable Object[]> all) throws SQLException {
    if (all.isEmpty()) {
      return new int[0];
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (@Nullable Object[] values : all) {
        set(statement, values);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  /**
   * As {@link #updateAll} for rows of which some may be there already: those are left out.
   *
   * @return for each whether it was inserted
   */
  boolean[] insertNew(String sql, List<@Nullable Object[]> all) throws SQLException {
    int[] counts;
    try {
      counts = updateAll(sql, all);
    } catch (BatchUpdateException failure) {
      counts = failure.getUpdateCounts();
      if (!isDuplicatesOnly(failure) || counts.length != all.size()) {
        throw failure;
      }
    }
    boolean[] inserted = new boolean[counts.length];
    for (int i = 0; i < counts.length; i++) {
      inserted[i] = counts[i] != Statement.EXECUTE_FAILED && counts[i] != 0;
    }
    return inserted;
  }

  private static boolean isDuplicatesOnly(SQLException failures) {
    boolean duplicates = true;
    for (Throwable one : failures) {
      duplicates &=
          !(one instanceof SQLException failure)
              || DUPLICATE.contains(String.valueOf(failure.getSQLState()));
    }
    return duplicates;
  }

  private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    boolean complete = false;
    try {
      set(statement, values);
      complete = true;
      return statement;
    } finally {
      if (!complete) {
        statement.close();
      }
    }
  }

  private void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value == null) {
        statement.setNull(i + 1, Types.NULL);
      } else if (value instanceof Array array) {
        statement.setArray(i + 1, connection.createArrayOf(array.type(), array.values()));
      } else if (value instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else {
        statement.setObject(i + 1, value);
      }
    }
  }
}
