package dev.posthorn.http;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.Headers;

/**
 * Turns headers into OkHttp's, checked here because OkHttp checks names too little and shows values
 * in its exceptions.
 */
final class RequestHeaders {
  /** What frames the message, belongs to the connection, or would change how OkHttp acts. */
  private static final Set<String> RESERVED =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "cookie",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private RequestHeaders() {}

  /**
   * The same headers, and that no compressed answer is wanted.
   *
   * @throws IllegalArgumentException if one is reserved, or could end early; never shows a value
   */
  static Headers of(Map<String, String> given) {
    Headers.Builder headers = new Headers.Builder();
    given.forEach(
        (name, value) -> {
          check(name, value);
          headers.add(name, value);
        });
    return headers.add("Accept-Encoding", "identity").build();
  }

  private static void check(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(RequestHeaders::isTokenChar)) {
      throw new IllegalArgumentException(
          "a header's name may only hold letters, digits and " + TOKEN_MARKS);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower) || lower.startsWith("proxy-")) {
      throw new IllegalArgumentException(
          "the header " + name + " belongs to the sender; leave it out");
    }
    if (!value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c <= 0x7e))) {
      throw new IllegalArgumentException(
          "the value of the header " + name + " holds a character that is not printable ASCII");
    }
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
