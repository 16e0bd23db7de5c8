package dev.posthorn.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about many values where a database takes them one by one. */
final class Chunks {
  private static final int SIZE = 512;

  private Chunks() {}

  /**
   * Asks for all values, some hundreds at a time.
   *
   * @param sql holds {@code {?}} where the list of values belongs
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
      int places = places(some.size());
      String in = "(" + String.join(", ", Collections.nCopies(places, "?")) + ")";
      found.addAll(session.query(sql.replace("{?}", in), reader, joined(before, some, places)));
    }
    return found;
  }

  /** A power of two, so that the database sees few different statements. */
  private static int places(int count) {
    int highest = Integer.highestOneBit(count);
    return highest == count ? count : highest * 2;
  }

  /** The last value stands in all places that are left. */
  private static @Nullable Object[] joined(@Nullable Object[] before, List<?> values, int places) {
    List<@Nullable Object> all = new ArrayList<>();
    Collections.addAll(all, before);
    all.addAll(values);
    all.addAll(Collections.nCopies(places - values.size(), values.get(values.size() - 1)));
    return all.toArray();
  }
}
