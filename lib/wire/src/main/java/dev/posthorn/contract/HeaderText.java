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

  /**
   * An attribute as a sender of the binding's version 1.0.2 or of an older one wrote it: those left
   * spaces as they are and put quotation marks around texts.
   *
   * @return null as {@link #decode} does, and if a quotation is not ended
   */
  static @Nullable String decodeAttribute(String text) {
    String unquoted = unquoted(text);
    return unquoted == null ? null : decode(unquoted);
  }

  /**
   * The content of a quoted string (RFC 9110, section 5.6.4), or the text itself if it does not
   * begin with a quotation mark.
   *
   * @return null if the quotation does not end where the text does
   */
  static @Nullable String unquoted(String text) {
    if (!text.startsWith("\"")) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int last = text.length() - 1;
    for (int i = 1; i < last; i++) {
      if (text.charAt(i) == '"') {
        return null;
      }
      i += text.charAt(i) == '\\' ? 1 : 0;
      if (i == last) {
        return null; // what seems to be the end is escaped
      }
      out.append(text.charAt(i));
    }
    return last > 0 && text.charAt(last) == '"' ? out.toString() : null;
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
