package dev.posthorn.jdbc;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An H2 database in a file of this process, with a few connections that are kept: to open one takes
 * about as long as a small transaction, and as long as one is open so is the file.
 */
final class H2File implements Connections {
  private static final String DRIVER = "org.h2.Driver";
  private static final String USER = "sa";
  private static final String NO_PASSWORD = "";
  private static final int MOST_IDLE = 8;

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
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private boolean closed;

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
    Connection kept = kept();
    return kept == null ? open() : kept;
  }

  private @Nullable Connection kept() throws SQLException {
    lock.lock();
    try {
      if (closed) {
        throw new SQLException("the store in " + file + " was closed");
      }
      Connection newest = idle.pollLast();
      while (newest != null && newest.isClosed()) {
        newest = idle.pollLast();
      }
      return newest;
    } finally {
      lock.unlock();
    }
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
  public void give(Connection connection) throws SQLException {
    if (!keep(connection)) {
      connection.close();
    }
  }

  private boolean keep(Connection connection) throws SQLException {
    lock.lock();
    try {
      return !closed
          && idle.size() < MOST_IDLE
          && !connection.isClosed()
          && idle.offerLast(connection);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      idle.forEach(H2File::closeQuietly);
      idle.clear();
    } finally {
      lock.unlock();
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
