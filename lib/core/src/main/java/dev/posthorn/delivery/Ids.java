package dev.posthorn.delivery;

/** What an id may look like. */
final class Ids {
  private static final int LONGEST = 128;

  private Ids() {}

  static void check(String what, String value) {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + LONGEST + " characters, has " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x21 || c > 0x7e) {
        throw new IllegalArgumentException(
            what + " must be printable ASCII without spaces: \"" + value + "\"");
      }
    }
  }
}
