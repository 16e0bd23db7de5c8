package dev.posthorn.memory;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Places in lists as texts: which list, and the numbers of the last item that was read. */
final class Cursors {
  private Cursors() {}

  static String write(String list, long... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> Long.toString(number, Character.MAX_RADIX))
        .collect(Collectors.joining(".", list, ""));
  }

  static long read(String list, String cursor) {
    return read(list, cursor, 1)[0];
  }

  static long[] read(String list, String cursor, int count) {
    String text = cursor.startsWith(list) ? cursor.substring(list.length()) : "";
    try {
      long[] numbers =
          Arrays.stream(text.split("\\.", -1))
              .mapToLong(number -> Long.parseLong(number, Character.MAX_RADIX))
              .toArray();
      if (numbers.length == count) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(refusal(cursor), e);
    }
    throw new IllegalArgumentException(refusal(cursor));
  }

  private static String refusal(String cursor) {
    return "not a cursor of this list, pass what the page before returned: \"" + cursor + "\"";
  }
}
