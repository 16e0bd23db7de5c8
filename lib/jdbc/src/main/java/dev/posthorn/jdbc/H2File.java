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
   * process may still use the database. Nothing is moved within the file when it closes, see {@link
   * H2Space}.
   */
  private static final String URL =
      "jdbc:h2:async:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=64"
          + ";MAX_COMPACT_TIME=0";

  /** From this length on, in bytes, it is looked whether the file is worth its space. */
  private static final long LARGE = 256L << 20;

  private static final int AFTER_A_COPY = 3;

  private final Path file;
  private final String url;
  private final Path stored;
  private final long large;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable FileHold hold; // guarded by turn
  private @Nullable Connection connection; // guarded by turn
  private long inspectedFrom; // bytes; guarded by turn
  private boolean closed; // guarded by turn

  private H2File(Path file, String url, long large) {
    this.file = file;
    this.url = url;
    this.stored = Path.of(file + ".mv.db");
    this.large = large;
    this.inspectedFrom = large;
  }

  /**
   * Nothing is opened yet.
   *
   * @throws IllegalStateException if H2 is not there
   */
  static H2File at(Path path) {
    return at(path, LARGE);
  }

  /** The same, with another length from which on it is looked how much of the file is dead. */
  static H2File at(Path path, long large) {
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
    return new H2File(file, URL.formatted(file.toString().replace(File.separatorChar, '/')), large);
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
    return length() < inspectedFrom ? kept : inspected(kept);
  }

  private long length() {
    return stored.toFile().length();
  }

  private Connection inspected(Connection kept) throws SQLException {
    if (!H2Space.isWasted(kept, stored)) {
      inspectedFrom = length() + length() / 4;
      return kept;
    }
    long before = length();
    connection = null;
    H2Space.reclaim(kept, stored);
    Connection next = open();
    connection = next;
    long after = length();
    inspectedFrom = Math.max(large, after < before ? AFTER_A_COPY * after : before + before / 4);
    return next;
  }

  private Connection open() throws SQLException {
    Connection opened = connect();
    boolean usable = false;
    try {
      if (hold == null) {
        hold = hold(opened);
      }
      usable = true;
      return opened;
    } finally {
      if (!usable) {
        closeQuietly(opened);
      }
    }
  }

  private Connection connect() throws SQLException {
    try {
      return DriverManager.getConnection(url, USER, NO_PASSWORD);
    } catch (SQLException failure) {
      throw IN_USE.equals(failure.getSQLState()) ? inUse(failure) : failure;
    }
  }

  /**
   * H2 would let others of this process write at the same time, and others of other processes open
   * the file while it is copied. What is in this process is found without the lock: to try that
   * twice in a process is to lose it.
   */
  private FileHold hold(Connection first) throws SQLException {
    if (!H2Space.isAlone(first)) {
      throw inUse(new IOException("another connection of this process has it open"));
    }
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
