package dev.posthorn.testing.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Transactions on kept connections, and statements in one line each. */
final class Database implements AutoCloseable {
  private final DataSource source;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  Database(DataSource source) {
    this.source = source;
  }

  interface Work<T extends @Nullable Object> {
    T in(Transaction transaction) throws SQLException;
  }

  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  <T extends @Nullable Object> T transaction(Work<T> work) {
    try {
      Connection connection = take();
      boolean done = false;
      try {
        T result = work.in(new Transaction(connection));
        connection.commit();
        done = true;
        return result;
      } finally {
        if (!done) {
          connection.rollback();
        }
        idle.push(connection);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private Connection take() throws SQLException {
    Connection kept = idle.poll();
    if (kept != null) {
      return kept;
    }
    Connection opened = source.getConnection();
    opened.setAutoCommit(false);
    try (Statement statement = opened.createStatement()) {
      statement.execute("set search_path to posthorn");
    }
    opened.commit();
    return opened;
  }

  void createTables() {
    try (InputStream schema = Database.class.getResourceAsStream("schema.sql")) {
      if (schema == null) {
        throw new IllegalStateException("schema.sql is missing");
      }
      String ddl = new String(schema.readAllBytes(), StandardCharsets.UTF_8);
      transaction(tx -> tx.update(ddl));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Connection one = idle.poll(); one != null; one = idle.poll()) {
      try {
        one.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  record Transaction(Connection connection) {
    int update(String sql, @Nullable Object... values) throws SQLException {
      try (PreparedStatement statement = prepare(sql, values)) {
        return statement.executeUpdate();
      }
    }

    <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values)
        throws SQLException {
      try (PreparedStatement statement = prepare(sql, values);
          ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(reader.read(rows));
        }
        return found;
      }
    }

    void updateAll(String sql, List<@Nullable Object[]> rows) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (@Nullable Object[] values : rows) {
          set(statement, values);
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      set(statement, values);
      return statement;
    }

    private void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        if (value instanceof Instant instant) {
          statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
        } else if (value instanceof String[] texts) {
          statement.setArray(i + 1, connection.createArrayOf("text", texts));
        } else if (value instanceof Long[] numbers) {
          statement.setArray(i + 1, connection.createArrayOf("bigint", numbers));
        } else {
          statement.setObject(i + 1, value);
        }
      }
    }
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  static Instant instantOf(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
