package dev.posthorn.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Where connections come from and go back to. Thread-safe. */
interface Connections extends AutoCloseable {

  Connection take() throws SQLException;

  /** Called once for each that was taken. */
  void give(Connection connection) throws SQLException;

  /** Closes what it opened itself. Idempotent. */
  @Override
  void close();

  /** The host's, which stays open. */
  static Connections of(DataSource source) {
    return new Connections() {
      @Override
      public Connection take() throws SQLException {
        return source.getConnection();
      }

      @Override
      public void give(Connection connection) throws SQLException {
        connection.close();
      }

      @Override
      public void close() {}
    };
  }
}
