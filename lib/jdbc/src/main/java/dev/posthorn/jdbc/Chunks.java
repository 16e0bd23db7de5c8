package dev.posthorn.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about many values where a database takes them one by one. */
final class Chunks {
  private static final int SIZE = 500;

  private Chunks() {}

  /**
   * Asks for all values, some hundreds at a time.
   *
   * @param sql holds {@code {in}} where the list of values belongs
   * @param before stand before the values
   */
  static <T extends @Nullable Object> List<T> query(
      Session session,
      String sql,
      Session.Reader<T> reader,
      Collection<?> values,
      @Nullable Object... before)
      throws SQLException {
    List<T> found = new ArrayList<>();
    List<?> all = List.copyOf(values);
    for (int from = 0; from < all.size(); from += SIZE) {
      List<?> some = all.subList(from, Math.min(all.size(), from + SIZE));
      found.addAll(session.query(filled(sql, some.size()), reader, joined(before, some)));
    }
    return found;
  }

  private static String filled(String sql, int count) {
    return sql.replace("{in}", "(" + "?, ".repeat(count - 1) + "?)");
  }

  private static @Nullable Object[] joined(@Nullable Object[] before, List<?> values) {
    List<@Nullable Object> all = new ArrayList<>(List.of());
    for (Object one : before) {
      all.add(one);
    }
    all.addAll(values);
    return all.toArray();
  }
}
