package dev.posthorn.jdbc;

import dev.posthorn.delivery.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Places in lists, as text: one number or several, after a letter for the list. */
final class Cursors {
  private Cursors() {}

  static String write(char list, long... places) {
    StringBuilder cursor = new StringBuilder().append(list);
    for (long place : places) {
      cursor.append(cursor.length() == 1 ? "" : ".").append(place);
    }
    return cursor.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is no cursor of this list
   */
  static long[] read(char list, String cursor, int count) {
    if (!cursor.matches(list + "-?[0-9]{1,19}(\\.-?[0-9]{1,19}){" + (count - 1) + "}")) {
      throw new IllegalArgumentException(
          "not a cursor of this list: \"" + cursor + "\"; give what the last page returned");
    }
    return Pattern.compile("\\.")
        .splitAsStream(cursor.substring(1))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  /** A page of rows, of which one more than its size was read. */
  static <R, T> Page<T> page(
      List<R> rows, int size, Function<R, String> cursor, Function<R, T> item) {
    List<T> items = new ArrayList<>(size);
    rows.stream().limit(size).map(item).forEach(items::add);
    boolean more = rows.size() > size;
    return new Page<>(
        items, more ? Optional.of(cursor.apply(rows.get(size - 1))) : Optional.empty());
  }
}
