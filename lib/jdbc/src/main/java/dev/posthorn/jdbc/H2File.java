package dev.posthorn.jdbc;

import java.io.File;
import java.io.IOException;
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

  /**
   * How much the file may grow, in bytes, until it is closed and opened again: where commits are
   * written at once, H2 reclaims space only while it closes, a fifth of a second long, and some of
   * what it has freed only the next time.
   */
  private static final long GROWTH = 64L << 20;

  private static final int CLOSINGS = 2;

  private final Path file;
  private final String url;
  private final File stored;
  private final long growth;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable FileHold hold; // guarded by turn
  private @Nullable Connection connection; // guarded by turn
  private long renewFrom; // bytes; guarded by turn
  private boolean closed; // guarded by turn

  private H2File(Path file, String url, long growth) {
    this.file = file;
    this.url = url;
    this.stored = new File(file + ".mv.db");
    this.growth = growth;
    this.renewFrom = growth;
  }

  /**
   * Nothing is opened yet.
   *
   * @throws IllegalStateException if H2 is not there
   */
  static H2File at(Path path) {
    return at(path, GROWTH);
  }

  /** The same, with another measure of how much it may grow until space is reclaimed. */
  static H2File at(Path path, long growth) {
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
    return new H2File(
        file, URL.formatted(file.toString().replace(File.separatorChar, '/')), growth);
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
    return stored.length() < renewFrom ? kept : renewed(kept);
  }

  private Connection renewed(Connection grown) throws SQLException {
    Connection next = grown;
    for (int i = 0; i < CLOSINGS && stored.length() >= renewFrom; i++) {
      connection = null;
      closeQuietly(next);
      next = open();
      connection = next;
    }
    renewFrom = stored.length() + growth;
    return next;
  }

  private Connection open() throws SQLException {
    if (hold == null) {
      hold = hold();
    }
    try {
      return DriverManager.getConnection(url, USER, NO_PASSWORD);
    } catch (SQLException failure) {
      throw IN_USE.equals(failure.getSQLState()) ? inUse(failure) : failure;
    }
  }

  /** H2 would let others of this process write at the same time. */
  private FileHold hold() throws SQLException {
    try {
      return FileHold.of(file);
    } catch (IOException failure) {
      throw inUse(failure);
    }
  }

  private SQLException inUse(Exception cause) {
    return new SQLException(
        "the file "
            + file
            + ".mv.db is in use, or cannot be locked: one JdbcStore of one process can have it"
            + " open; share that one, end the other process, or use a database server: "
            + cause.getMessage(),
        IN_USE,
        cause);
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
      closeQuietly(connection);
      closeQuietly(hold);
    } finally {
      turn.unlock();
    }
  }

  private static void closeQuietly(@Nullable AutoCloseable open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (Exception ignored) {
      // all that was committed is in the file, and the lock goes with what held it
    }
  }
}
