package dev.posthorn.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/** Whether an H2 database keeps what it has acknowledged. */
final class H2Settings {
  /** Two rows where a file remembers one value and is opened with another, which is in force. */
  private static final String WRITE_DELAYS =
      "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'";

  private static final String VERSION = "select h2version()";

  /** Those that write the header of their file one commit too early. */
  private static final Pattern LOSES_COMMITS = Pattern.compile("2\\.5\\.25[0-2]");

  private static final String PATH = "select database_path()";
  private static final List<String> FILES_IN_MEMORY =
      List.of("memFS:", "memLZ:", "nioMemFS:", "nioMemLZ:");

  private H2Settings() {}

  /**
   * False for a database in memory.
   *
   * @throws IllegalArgumentException if it is in a file and would lose what it has just committed
   */
  static boolean areDurable(Database database) {
    return database.statement(H2Settings::areDurable);
  }

  private static boolean areDurable(Session session) throws SQLException {
    String path = text(session, PATH);
    if (path.isEmpty() || FILES_IN_MEMORY.stream().anyMatch(path::startsWith)) {
      return false;
    }
    List<String> delays = session.query(WRITE_DELAYS, row -> String.valueOf(row.getString(1)));
    String delay = delays.stream().filter(one -> !one.equals("0")).findFirst().orElse("0");
    if (!delay.equals("0")) {
      throw new IllegalArgumentException(
          "this H2 database writes what was committed up to "
              + delay
              + " ms later, and would lose it if the process died: add ;WRITE_DELAY=0 to its URL");
    }
    mustKeepCommits(text(session, VERSION));
    return true;
  }

  static void mustKeepCommits(String version) {
    if (LOSES_COMMITS.matcher(version).matches()) {
      throw new IllegalArgumentException(
          "H2 "
              + version
              + " can lose what it has just committed to a file when the process dies: use 2.4.240");
    }
  }

  private static String text(Session session, String sql) throws SQLException {
    return session.first(sql, row -> row.getString(1) == null ? "" : row.getString(1)).orElse("");
  }
}
