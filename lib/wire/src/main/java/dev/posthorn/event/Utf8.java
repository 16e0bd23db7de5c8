package dev.posthorn.event;

/** Strict UTF-8 (RFC 3629): what Java's own decoder would replace in silence is found here. */
final class Utf8 {

  private Utf8() {}

  /**
   * The index of the first byte that does not begin a well-formed character, or -1. A NUL is a
   * fault too: no JSON text holds one, and a JSON parser would take it for UTF-16 or UTF-32.
   */
  static int firstFault(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (bytes[i] > 0) {
        i++;
        continue;
      }
      int length = lengthAt(bytes, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  /** The index of the first surrogate in a text that has no partner, or -1. */
  static int loneSurrogate(String text) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return i;
      }
      i += Character.charCount(c);
    }
    return -1;
  }

  private static int lengthAt(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xff;
    if (lead >= 0xc2 && lead <= 0xdf) {
      return tail(bytes, i, to, 1, 0x80, 0xbf);
    }
    if (lead >= 0xe0 && lead <= 0xef) {
      // no overlong form, no surrogate
      return tail(bytes, i, to, 2, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
      // no overlong form, nothing above U+10FFFF
      return tail(bytes, i, to, 3, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
    }
    return 0;
  }

  private static int tail(byte[] bytes, int i, int to, int more, int lowest, int highest) {
    if (i + more >= to) {
      return 0;
    }
    int second = bytes[i + 1] & 0xff;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int k = 2; k <= more; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return more + 1;
  }
}
