package dev.posthorn.event;

import org.jspecify.annotations.Nullable;

/** What CloudEvents 1.0 allows in an attribute's text (section "Type System", String). */
final class AttributeText {

  private AttributeText() {}

  /** Refuses control characters, noncharacters and lone surrogates. */
  static void check(String name, String text) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      String fault = fault(c);
      if (fault != null) {
        throw new InvalidEventException(
            "%s must not hold a %s: U+%04X at index %d".formatted(name, fault, c, i));
      }
      i += Character.charCount(c);
    }
  }

  /** Refuses a text that is empty, has forbidden characters or more bytes in UTF-8 than allowed. */
  static void check(String name, String text, int maxBytes) {
    checkNotEmpty(name, text);
    // counted first: what is far too long is not searched for forbidden characters
    int bytes = utf8Length(text);
    if (bytes > maxBytes) {
      throw new InvalidEventException(
          name + " must have at most " + maxBytes + " bytes in UTF-8: it has " + bytes);
    }
    check(name, text);
  }

  static void checkNotEmpty(String name, String text) {
    if (text.isEmpty()) {
      throw new InvalidEventException(name + " must not be empty");
    }
  }

  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // a surrogate pair is two chars and four bytes
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }

  private static @Nullable String fault(int c) {
    if (c >= 0x20 && c < 0x7f) {
      return null;
    }
    if (c < 0xa0) { // what is printable has returned: C0, DEL and C1 are left
      return "control character";
    }
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      return "lone surrogate";
    }
    boolean noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return noncharacter ? "noncharacter" : null;
  }
}
