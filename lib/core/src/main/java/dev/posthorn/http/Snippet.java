package dev.posthorn.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/** The beginning of an answer's body as text that is safe to store and to show. */
final class Snippet {
  private static final int LONGEST = 1024;

  private Snippet() {}

  /** At most 1,024 characters, or nothing if the bytes are not text. */
  static String of(byte[] bytes, @Nullable MediaType type, @Nullable String encoding) {
    boolean encoded = encoding != null && !encoding.equalsIgnoreCase("identity");
    if (bytes.length == 0 || encoded || !saysText(type)) {
      return "";
    }
    Charset charset = type == null ? null : type.charset();
    String text = new String(bytes, charset == null ? StandardCharsets.UTF_8 : charset);
    return looksLikeText(text) ? clean(text) : "";
  }

  private static boolean saysText(@Nullable MediaType type) {
    if (type == null || type.type().equals("text")) {
      return true;
    }
    String subtype = type.subtype();
    return type.type().equals("application")
        && (subtype.endsWith("json")
            || subtype.endsWith("xml")
            || subtype.equals("x-www-form-urlencoded")
            || subtype.equals("javascript"));
  }

  /** Bytes of something else betray themselves by control characters, or do not decode. */
  private static boolean looksLikeText(String text) {
    long strange = text.chars().filter(Snippet::isStrange).count();
    return strange * 20 <= text.length() && text.indexOf('\0') < 0;
  }

  private static boolean isStrange(int c) {
    boolean layout = c == '\n' || c == '\r' || c == '\t';
    return c == 0xfffd || (Character.isISOControl(c) && !layout);
  }

  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST));
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (clean.length() + Character.charCount(c) > LONGEST) {
        break;
      }
      boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (c == '\n' || c == '\r' || c == '\t') {
        appendGap(clean);
      } else if (!lone && c != 0xfffd && !Character.isISOControl(c)) {
        clean.appendCodePoint(c);
      }
    }
    return clean.toString().strip();
  }

  /** A line break must not glue two words together. */
  private static void appendGap(StringBuilder clean) {
    if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
      clean.append(' ');
    }
  }
}
