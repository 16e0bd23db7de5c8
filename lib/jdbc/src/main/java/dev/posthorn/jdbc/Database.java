package dev.posthorn.jdbc;

import dev.posthorn.delivery.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on connections of its own, each in a transaction that it commits itself, whatever the
 * connections' auto-commit says. Connections go back as they came. Thread-safe.
 */
final class Database {
  private static final int TRIES = 20;

  /**
   * What a transaction that did nothing wrong may be told: serialisation failure and deadlock; by
   * H2 also that it waited for a lock too long, or that a row was being written.
   */
  private static final Set<String> AGAIN = Set.of("40001", "40P01", "HYT00", "90131");

  private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  private final Connections connections;
  private final String beginning;
  private final boolean alwaysBegins;

  Database(DataSource source) {
    this(Connections.of(source));
  }

  Database(Connections connections) {
    this(connections, "", false);
  }

  private Database(Connections connections, String beginning, boolean alwaysBegins) {
    this.connections = connections;
    this.beginning = beginning;
    this.alwaysBegins = alwaysBegins;
  }

  /**
   * The same, where each transaction begins with a statement: one that makes it READ COMMITTED, and
   * bounds it, or a process that is stopped in the middle would keep its locks for as long. Where
   * connections come with another isolation, single statements become transactions.
   */
  Database beginningWith(String statement) {
    boolean asNeeded = statement(session -> isReadCommitted(session.connection()));
    return new Database(connections, statement, !asNeeded && !statement.isEmpty());
  }

  private static boolean isReadCommitted(Connection connection) throws SQLException {
    return connection.getTransactionIsolation() <= Connection.TRANSACTION_READ_COMMITTED;
  }

  /** Where its connections come from. */
  Connections connections() {
    return connections;
  }

  /** Closes connections of its own; those of the host stay open. */
  void close() {
    connections.close();
  }

  /**
   * Asks the database what it is.
   *
   * @throws IllegalArgumentException if it is of a kind that is not supported
   */
  Dialect dialect() {
    String product =
        statement(session -> session.connection().getMetaData().getDatabaseProductName());
    return switch (product) {
      case "PostgreSQL" -> Dialect.POSTGRESQL;
      case "H2" -> Dialect.H2;
      default ->
          throw new IllegalArgumentException(
              "the store works on PostgreSQL and H2, not on "
                  + product
                  + ": use another data source");
    };
  }

  /** What is done on a connection; may be done again from the beginning. */
  interface Work<T extends @Nullable Object> {
    T on(Session session) throws SQLException;
  }

  /**
   * One transaction. Where the database ends it for the sake of another one, it is run again.
   *
   * @throws StoreException if it fails; it is not known then whether it was committed
   */
  <T extends @Nullable Object> T transaction(Work<T> work) {
    return again(() -> once(work, false));
  }

  /** As {@link #transaction}, for work that is one statement, perhaps with some that only read. */
  <T extends @Nullable Object> T statement(Work<T> work) {
    return again(() -> once(work, !alwaysBegins));
  }

  private interface Call<T extends @Nullable Object> {
    T now() throws SQLException;
  }

  private static <T extends @Nullable Object> T again(Call<T> call) {
    for (int tries = 1; ; tries++) {
      try {
        return call.now();
      } catch (SQLException failure) {
        if (tries == TRIES || !AGAIN.contains(state(failure))) {
          throw failed(failure);
        }
      }
    }
  }

  /** Runs statements that the host's transaction is made of; it is not for us to run them again. */
  static <T extends @Nullable Object> T join(Connection connection, Work<T> work) {
    try {
      return work.on(new Session(connection));
    } catch (SQLException failure) {
      throw failed(failure);
    }
  }

  /** What is refused for its content is told without it: it may hold keys. */
  static StoreException failed(SQLException failure) {
    String state = state(failure);
    if (state.startsWith("22") || state.startsWith("23")) {
      String what = "the database refused a value, SQLState " + state;
      return new StoreException(what, new SQLException(what, state, failure.getErrorCode()));
    }
    if (NO_TABLE.contains(state)) {
      return new StoreException(
          "Posthorn's tables are missing: call createTables(), or apply what ddl() returns: "
              + failure.getMessage(),
          failure);
    }
    return new StoreException("the database failed: " + failure.getMessage(), failure);
  }

  private static String state(SQLException failure) {
    return String.valueOf(failure.getSQLState());
  }

  private <T extends @Nullable Object> T once(Work<T> work, boolean autoCommit)
      throws SQLException {
    Connection connection = connections.take();
    try {
      return once(work, connection, autoCommit);
    } finally {
      connections.give(connection);
    }
  }

  private <T extends @Nullable Object> T once(
      Work<T> work, Connection connection, boolean autoCommit) throws SQLException {
    boolean before = connection.getAutoCommit();
    if (before != autoCommit) {
      connection.setAutoCommit(autoCommit);
    }
    try {
      return autoCommit ? work.on(new Session(connection)) : committed(work, connection);
    } finally {
      if (before != autoCommit && !connection.isClosed()) {
        connection.setAutoCommit(before);
      }
    }
  }

  private <T extends @Nullable Object> T committed(Work<T> work, Connection connection)
      throws SQLException {
    boolean done = false;
    try {
      Session session = new Session(connection);
      if (!beginning.isEmpty()) {
        session.update(beginning);
      }
      T result = work.on(session);
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack(connection);
      }
    }
  }

  /** What made it necessary is what is thrown, not that this failed as well. */
  private static void rollBack(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException ignored) {
      // a connection that cannot roll back is broken, and the database has rolled back
      connection.close();
    }
  }
}
