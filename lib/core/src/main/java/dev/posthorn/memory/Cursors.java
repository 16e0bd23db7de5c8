package dev.posthorn.memory;

/** Places in lists as texts: which list, and the number of the last item that was read. */
final class Cursors {
  private Cursors() {}

  static String write(String list, long number) {
    return list + Long.toString(number, Character.MAX_RADIX);
  }

  static long read(String list, String cursor) {
    String number = cursor.startsWith(list) ? cursor.substring(list.length()) : "";
    try {
      return Long.parseLong(number, Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not a cursor of this list, pass what the page before returned: \"" + cursor + "\"", e);
    }
  }
}
