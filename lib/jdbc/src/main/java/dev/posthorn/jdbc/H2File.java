package dev.posthorn.jdbc;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An H2 database in a file of this process, with one connection, which is lent to one thread at a
 * time. H2 writes a database's trees one after another while other connections go on changing them;
 * were the process killed then, half a transaction could be left. And to open a connection takes
 * about as long as a small transaction, so this one is kept, and with it the file open.
 */
final class H2File implements Connections {
  private static final String DRIVER = "org.h2.Driver";
  private static final String USER = "sa";
  private static final String NO_PASSWORD = "";

  /** The file is locked: H2 allows one process at a time. */
  private static final String IN_USE = "90020";

  /**
   * A thread that is interrupted while it writes would close H2's usual files under everybody else;
   * it does not with {@code async}. Commits are written at once. What runs at the end of the
   * process may still use the database.
   */
  private static final String URL =
      "jdbc:h2:async:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=64";

  private final Path file;
  private final String url;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable Connection connection; // guarded by turn
  private boolean closed; // guarded by turn

  private H2File(Path file, String url) {
    this.file = file;
    this.url = url;
  }

  /**
   * Nothing is opened yet.
   *
   * @throws IllegalStateException if H2 is not there
   */
  static H2File at(Path path) {
    Path file = path.toAbsolutePath().normalize();
    if (file.toString().indexOf(';') >= 0) {
      throw new IllegalArgumentException(
          "H2 takes what follows a semicolon for a setting: use a path without one: " + file);
    }
    try {
      Class.forName(DRIVER, true, H2File.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "H2 is not on the class path: add com.h2database:h2 to the application's dependencies",
          e);
    }
    return new H2File(file, URL.formatted(file.toString().replace(File.separatorChar, '/')));
  }

  @Override
  public Connection take() throws SQLException {
    turn.lock();
    boolean taken = false;
    try {
      if (turn.getHoldCount() > 1) {
        throw new IllegalStateException(
            "this thread has begun a transaction and not ended it: end it before anything else is"
                + " asked of the store");
      }
      Connection usable = usable();
      taken = true;
      return usable;
    } finally {
      if (!taken) {
        turn.unlock();
      }
    }
  }

  private Connection usable() throws SQLException {
    if (closed) {
      throw new SQLException("the store in " + file + " was closed");
    }
    Connection kept = connection;
    if (kept == null || kept.isClosed()) {
      kept = open();
      connection = kept;
    }
    return kept;
  }

  private Connection open() throws SQLException {
    try {
      return DriverManager.getConnection(url, USER, NO_PASSWORD);
    } catch (SQLException failure) {
      if (IN_USE.equals(failure.getSQLState())) {
        throw new SQLException(
            "the file "
                + file
                + ".mv.db is in use: H2 serves one process at a time, and within it one way of"
                + " opening the file; end the other one, or use a database server",
            IN_USE,
            failure);
      }
      throw failure;
    }
  }

  @Override
  public void give(Connection taken) {
    turn.unlock();
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      if (connection != null) {
        closeQuietly(connection);
      }
    } finally {
      turn.unlock();
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // all that was committed is in the file, and the lock goes with the connection
    }
  }
}
