package dev.posthorn.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The space of an H2 file. Each commit writes the pages that it has changed to another place, with
 * pages that change again soon beside some that stay, so that most of a file is dead after a while.
 * Where commits are written at once, H2 reclaims that only while it closes.
 */
final class H2Space {
  private static final int ENOUGH_LIVE = 40;
  private static final String LIVE_PERCENT =
      "select cast(setting_value as bigint) from information_schema.settings"
          + " where setting_name = 'info.CHUNKS_FILL_RATE'";
  private static final String CONNECTED = "select count(*) from information_schema.sessions";

  /**
   * Copies what is live, and puts the copy in the place of the file, so that whenever the process
   * is killed, one or the other is there as a whole. H2's other way, to move things within the
   * file, is left alone: in 2.4.240 it writes now and then over what it still needs if it is
   * killed.
   */
  private static final String RECLAIM = "shutdown compact";

  private H2Space() {}

  /** True if most of the file is dead, and nobody else is connected to it. */
  static boolean isWasted(Connection connection) throws SQLException {
    Session session = new Session(connection);
    Long live = session.number(LIVE_PERCENT);
    Long connected = session.number(CONNECTED);
    return live != null && live < ENOUGH_LIVE && connected != null && connected == 1;
  }

  /** Closes the database, with the file as small as it can be; if that fails, as it was. */
  static void reclaim(Connection connection) {
    try (connection) {
      new Session(connection).update(RECLAIM);
    } catch (SQLException failed) {
      // the disk is full, for example; what opens the file next finds it whole
    }
  }
}
