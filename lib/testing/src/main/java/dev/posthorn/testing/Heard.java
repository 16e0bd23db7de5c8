package dev.posthorn.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came over the wire.
 *
 * @param line its first line, for example {@code POST /hooks HTTP/1.1}
 * @param headers name and value as they were written, without the blanks around the value
 * @param body as many bytes as {@code Content-Length} says
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Heard(String line, List<Header> headers, byte[] body) {

  record Header(String name, String value) {}

  /** The values of the header with this name, in whatever case. */
  List<String> values(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /** The names of all headers, in lower case. */
  List<String> names() {
    return headers.stream().map(header -> header.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** The next request; null at the end of the stream, or if it ends within the head. */
  static @Nullable Heard read(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    List<Header> headers = new ArrayList<>();
    for (String header = line(in); header == null || !header.isEmpty(); header = line(in)) {
      if (header == null) {
        return null;
      }
      int colon = header.indexOf(':');
      headers.add(new Header(header.substring(0, colon), header.substring(colon + 1).strip()));
    }
    Heard head = new Heard(line, List.copyOf(headers), new byte[0]);
    List<String> length = head.values("Content-Length");
    int bytes = length.isEmpty() ? 0 : Integer.parseInt(length.get(0));
    return new Heard(line, head.headers(), in.readNBytes(bytes));
  }

  /** Without its end; null at the end of the stream. */
  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
