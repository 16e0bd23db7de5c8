package dev.posthorn.testing.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request as it came over the wire.
 *
 * @param line the request line, for example {@code POST /hooks HTTP/1.1}
 * @param headers each as it was written, in order
 * @param body the very bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawRequest(String line, List<String> headers, byte[] body) {

  String method() {
    return line.substring(0, line.indexOf(' '));
  }

  /** The one header of this name. */
  String header(String name) {
    List<String> found = headers.stream().filter(header -> named(header, name)).toList();
    if (found.size() != 1) {
      throw new AssertionError("one header named " + name + " is wanted, came: " + found);
    }
    return found.get(0).substring(name.length() + 2);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The whole request as a reader of the wire sees it, headers in the order of their names. */
  String wire() {
    StringBuilder wire = new StringBuilder(line).append('\n');
    headers.stream().sorted().forEach(header -> wire.append(header).append('\n'));
    return wire.append('\n').append(text()).toString();
  }

  private static boolean named(String header, String name) {
    return header.regionMatches(true, 0, name + ": ", 0, name.length() + 2);
  }
}
