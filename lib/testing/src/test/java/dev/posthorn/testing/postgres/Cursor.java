package dev.posthorn.testing.postgres;

import dev.posthorn.delivery.Page;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Places in lists, as texts. */
final class Cursor {
  private Cursor() {}

  static String write(long number) {
    return Long.toString(number);
  }

  static long read(String cursor) {
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a cursor: \"" + cursor + "\"", e);
    }
  }

  /** A page of rows of which one more than its size was read. */
  static <R, T> Page<T> page(
      List<R> rows, int size, ToLongFunction<R> number, Function<R, T> item) {
    List<T> items = rows.stream().limit(size).map(item).toList();
    boolean more = rows.size() > size;
    return new Page<>(
        items,
        more ? Optional.of(write(number.applyAsLong(rows.get(size - 1)))) : Optional.empty());
  }
}
