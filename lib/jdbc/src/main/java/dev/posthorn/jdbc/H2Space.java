package dev.posthorn.jdbc;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The space of an H2 file. Each commit writes the pages that it has changed to another place, with
 * pages that change again soon beside some that stay, so that most of a file is dead after a while.
 * Where commits are written at once, H2 reclaims that only while it closes.
 */
final class H2Space {
  private static final Logger LOG = System.getLogger("dev.posthorn.jdbc");
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

  /** True if no other connection of this process has the file open. */
  static boolean isAlone(Connection connection) throws SQLException {
    Long connected = new Session(connection).number(CONNECTED);
    return connected != null && connected == 1;
  }

  /** True if most of the file is dead, nobody else is connected to it, and a copy has room. */
  static boolean isWasted(Connection connection, Path file) throws SQLException {
    Long live = new Session(connection).number(LIVE_PERCENT);
    return live != null
        && live < ENOUGH_LIVE
        && isAlone(connection)
        && file.toFile().getUsableSpace() > file.toFile().length(); // H2 fails badly without
  }

  /**
   * Closes the database, with the file as small as it can be; if that fails, as it was. Whoever
   * could not read the file before cannot read the copy.
   */
  static void reclaim(Connection connection, Path file) {
    try (connection) {
      Set<PosixFilePermission> permissions = permissions(file);
      new Session(connection).update(RECLAIM);
      if (permissions != null) {
        Files.setPosixFilePermissions(file, permissions);
      }
    } catch (SQLException | IOException failed) {
      LOG.log(Level.WARNING, "the space of " + file + " could not be reclaimed", failed);
    }
  }

  private static @Nullable Set<PosixFilePermission> permissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null ? null : view.readAttributes().permissions();
  }
}
