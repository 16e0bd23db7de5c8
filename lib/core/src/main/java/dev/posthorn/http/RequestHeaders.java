package dev.posthorn.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.Headers;

/**
 * Turns headers into OkHttp's, checked here because OkHttp checks names too little and shows values
 * in its exceptions.
 */
final class RequestHeaders {
  /** What frames the message, belongs to the connection, or would change how OkHttp acts. */
  private static final Set<String> RESERVED =
      caseInsensitive(
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

  private static final String PROXY = "Proxy-";
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private RequestHeaders() {}

  private static Set<String> caseInsensitive(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return Collections.unmodifiableSet(set);
  }

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
    if (!isToken(name)) {
      throw new IllegalArgumentException(
          "a header's name may only hold letters, digits and " + TOKEN_MARKS);
    }
    boolean proxy = name.regionMatches(true, 0, PROXY, 0, PROXY.length());
    if (RESERVED.contains(name) || proxy) {
      throw new IllegalArgumentException(
          "the header " + name + " belongs to the sender; leave it out");
    }
    if (!isPrintable(value)) {
      throw new IllegalArgumentException(
          "the value of the header " + name + " holds a character that is not printable ASCII");
    }
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenChar(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && (c < 0x20 || c > 0x7e)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTokenChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
