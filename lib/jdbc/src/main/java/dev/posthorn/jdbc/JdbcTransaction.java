package dev.posthorn.jdbc;

import dev.posthorn.delivery.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on the database of a {@link JdbcStore}, in which the host writes its own tables and
 * publishes events: afterwards both are there, or neither.
 *
 * <pre>{@code
 * try (JdbcTransaction transaction = JdbcTransaction.begin(dataSource)) {
 *   insertOrder(transaction.connection(), order);
 *   posthorn.publisher().in(transaction).publish(orderPlaced);
 *   transaction.commit();
 * }
 * }</pre>
 *
 * <p>An event that is known already does not abort it. What the database refuses may: on PostgreSQL
 * a transaction in which a statement failed can only be rolled back. At the isolation levels above
 * READ COMMITTED the database may refuse an event that another transaction has just published.
 *
 * <p>Not thread-safe.
 */
public final class JdbcTransaction implements Transaction, AutoCloseable {
  private final Connection connection;
  private final Consumer<Runnable> afterCommit;
  private final List<Runnable> actions;
  private final @Nullable Connections origin;
  private final boolean autoCommitBefore;
  private boolean ended;
  private boolean closed;

  private JdbcTransaction(
      Connection connection,
      Consumer<Runnable> afterCommit,
      List<Runnable> actions,
      @Nullable Connections origin,
      boolean autoCommitBefore) {
    this.connection = connection;
    this.afterCommit = afterCommit;
    this.actions = actions;
    this.origin = origin;
    this.autoCommitBefore = autoCommitBefore;
  }

  /**
   * Begins a transaction on a connection of its own, which {@link #close()} gives back as it came.
   *
   * @throws SQLException if there is no connection
   */
  public static JdbcTransaction begin(DataSource source) throws SQLException {
    return begin(Connections.of(source));
  }

  static JdbcTransaction begin(Connections origin) throws SQLException {
    Connection connection = origin.take();
    boolean begun = false;
    try {
      boolean before = connection.getAutoCommit();
      connection.setAutoCommit(false);
      List<Runnable> actions = new ArrayList<>();
      begun = true;
      return new JdbcTransaction(connection, actions::add, actions, origin, before);
    } finally {
      if (!begun) {
        origin.give(connection);
      }
    }
  }

  /**
   * Joins a transaction that the host has begun and ends itself; {@link #commit()} and {@link
   * #close()} are not for this one.
   *
   * @param open a connection with auto-commit off
   * @param afterCommit has something run after the commit; {@code action -> {}} if the host cannot
   *     tell, which costs a second or so
   */
  public static JdbcTransaction on(Connection open, Consumer<Runnable> afterCommit) {
    return new JdbcTransaction(open, afterCommit, List.of(), null, false);
  }

  /** Where the host writes in the same transaction. */
  public Connection connection() {
    return connection;
  }

  /**
   * Commits, and has sending begin.
   *
   * @throws SQLException if it is not known whether that succeeded
   * @throws IllegalStateException if the host has to commit, or the transaction has ended
   */
  public void commit() throws SQLException {
    if (origin == null) {
      throw new IllegalStateException("the host that began this transaction commits it");
    }
    if (ended) {
      throw new IllegalStateException("this transaction has ended: begin another one");
    }
    connection.commit();
    ended = true;
    actions.forEach(Runnable::run);
  }

  /** Rolls back unless it was committed, and gives the connection back. Idempotent. */
  @Override
  public void close() throws SQLException {
    if (origin == null || closed) {
      return;
    }
    closed = true;
    boolean sound = false;
    try {
      if (!ended) {
        ended = true;
        connection.rollback();
      }
      connection.setAutoCommit(autoCommitBefore);
      sound = true;
    } finally {
      if (!sound) {
        connection.close(); // and the database rolls back
      }
      origin.give(connection);
    }
  }

  /**
   * Runs work in a transaction that was handed to the store.
   *
   * @throws IllegalArgumentException if it is not one of ours, or its connection commits by itself
   */
  static <T> T join(Transaction transaction, Database.Work<T> work) {
    if (!(transaction instanceof JdbcTransaction joined)) {
      throw new IllegalArgumentException(
          "a JdbcStore joins transactions made by JdbcTransaction, not "
              + transaction.getClass().getName());
    }
    joined.mustBeOpen();
    return Database.join(joined.connection, work);
  }

  private void mustBeOpen() {
    boolean open;
    try {
      open = !ended && !connection.isClosed() && !connection.getAutoCommit();
    } catch (SQLException failure) {
      throw Database.failed(failure);
    }
    if (!open) {
      throw new IllegalArgumentException(
          "the transaction has ended, or its connection is in auto-commit mode, so that what is"
              + " published could not be rolled back: call setAutoCommit(false) first");
    }
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.accept(action);
  }
}
