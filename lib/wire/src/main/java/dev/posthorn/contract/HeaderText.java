package dev.posthorn.contract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What may stand in an HTTP header (RFC 9110 section 5), and how the rest is written there. */
final class HeaderText {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private HeaderText() {}

  /** True for a non-empty header name: only token characters. */
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenChar(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * True for a non-empty value of printable ASCII that neither begins nor ends with a space, so
   * that nothing can end a header early and no receiver trims anything.
   */
  static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x20 || text.charAt(i) > 0x7e) {
        return false;
      }
    }
    return !text.isEmpty() && text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ';
  }

  /**
   * Writes an attribute as CloudEvents' HTTP binding does (1.0.2, section 3.1.3.2): space, quote,
   * percent and everything outside printable ASCII as the percent-encoded bytes of its UTF-8.
   */
  static String encode(String attribute) {
    StringBuilder out = new StringBuilder(attribute.length() + 16);
    for (byte b : attribute.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      if (staysAsItIs(c)) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return out.toString();
  }

  /**
   * What {@link #encode} wrote, or another sender that encodes more than it has to: the digits'
   * case does not matter.
   *
   * @return null if the text has something else than printable ASCII, a percent sign without two
   *     hexadecimal digits, or encodes bytes that are no UTF-8
   */
  static @Nullable String decode(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      boolean encoded = c == '%';
      if (encoded ? !isEncodedByte(text, i) : c < 0x20 || c > 0x7e) {
        return null;
      }
      bytes.put((byte) (encoded ? HexFormat.fromHexDigits(text, i + 1, i + 3) : c));
      i += encoded ? 3 : 1;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isEncodedByte(String text, int at) {
    return at + 2 < text.length()
        && HexFormat.isHexDigit(text.charAt(at + 1))
        && HexFormat.isHexDigit(text.charAt(at + 2));
  }

  private static boolean staysAsItIs(int c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '%';
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
