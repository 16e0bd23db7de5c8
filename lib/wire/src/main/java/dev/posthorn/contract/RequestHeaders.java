package dev.posthorn.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one request, found by name whatever the case. They hold keys: they are never
 * printed. Immutable and thread-safe.
 */
public final class RequestHeaders {
  // a tree, so that a sender who chooses colliding names gains nothing
  private final Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private RequestHeaders() {}

  /**
   * Copies headers as servers and clients keep them. Names that differ in case only are one header;
   * a null name, as {@code HttpURLConnection} has one for its status line, and null values are left
   * out.
   */
  public static RequestHeaders of(
      Map<? extends @Nullable String, ? extends @Nullable List<String>> headers) {
    RequestHeaders copy = new RequestHeaders();
    headers.forEach(
        (name, all) -> {
          if (name != null && all != null) {
            copy.add(name, all);
          }
        });
    return copy;
  }

  private void add(String name, List<? extends @Nullable String> all) {
    List<String> known = values.computeIfAbsent(name, n -> new ArrayList<>(all.size()));
    for (String value : all) {
      if (value != null) {
        known.add(value);
      }
    }
  }

  /**
   * The value of a header that a request may have once.
   *
   * <p>A server may have joined repeated headers with commas. What may hold a comma itself cannot
   * be told from that, so whoever asks has to accept exact values only.
   *
   * @return the value without white space around it; empty if the header is not there
   * @throws RefusedException with 400 if it is there more than once, even with the same value: two
   *     readers of such a request may take different ones for the true one
   */
  public Optional<String> single(String name) {
    List<String> all = values.getOrDefault(name, List.of());
    if (all.size() > 1) {
      throw RefusedException.malformed("the header " + name + " is there more than once");
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(trimmed(all.get(0)));
  }

  /**
   * The value of a header without which nothing proves the sender.
   *
   * @throws RefusedException with 401 if it is missing or empty, with 400 as {@link #single}
   */
  String proof(String name) {
    return single(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> RefusedException.unauthenticated(name + " is missing"));
  }

  /** The names that begin so, whatever the case; in lower case, sorted. */
  public List<String> names(String prefix) {
    return values.keySet().stream()
        .filter(name -> name.regionMatches(true, 0, prefix, 0, prefix.length()))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Without spaces and tabs around it, which are no part of a value (RFC 9110, section 5.5). */
  private static String trimmed(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && isSpace(value.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Says how many there are, not what they hold. */
  @Override
  public String toString() {
    return "RequestHeaders[" + values.size() + " names]";
  }
}
