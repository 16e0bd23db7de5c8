package dev.posthorn.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the tables.
 *
 * @param prefix how all of them begin, the schema's name included where there is one
 * @param now the database's clock as an expression: microseconds since 1970 in UTC
 */
record Tables(String prefix, String now) {
  private static final Pattern NAME = Pattern.compile("\\{(bare )?([a-z]+)\\}");
  private static final Pattern PREFIX =
      Pattern.compile("([a-z_][a-z0-9_]*\\.)?[a-z][a-z0-9_]{0,39}");

  /** Checks the prefix: it becomes a part of each statement. */
  Tables {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "a table prefix must be 1 to 40 of a-z 0-9 _, begin with a letter, and may stand behind"
              + " a schema's name and a dot: \""
              + prefix
              + "\"");
    }
  }

  /**
   * A statement with the names filled in: {@code {delivery}}, or {@code {bare delivery}} without
   * the schema's name, and {@code {now}} for the clock.
   */
  String in(String template) {
    Matcher names = NAME.matcher(template);
    StringBuilder sql = new StringBuilder();
    while (names.find()) {
      names.appendReplacement(
          sql, Matcher.quoteReplacement(meaning(names.group(1) != null, names.group(2))));
    }
    return names.appendTail(sql).toString();
  }

  private String meaning(boolean bare, String name) {
    if (name.equals("now")) {
      return now;
    }
    return bare ? prefix.substring(prefix.indexOf('.') + 1) + name : prefix + name;
  }
}
