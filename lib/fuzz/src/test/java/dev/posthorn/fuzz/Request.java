package dev.posthorn.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request as bytes: the preset's number, lines of headers, an empty line, the body. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(int preset, Map<String, List<String>> headers, byte[] body) {

  static Request read(byte[] input) {
    Map<String, List<String>> headers = new TreeMap<>();
    int preset = input.length == 0 ? 0 : input[0] & 0xff;
    int start = Math.min(1, input.length);
    while (start < input.length) {
      int end = lineEnd(input, start);
      String line = new String(input, start, end - start, ISO_8859_1);
      start = Math.min(end + 1, input.length);
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      headers.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }
    return new Request(preset, headers, Arrays.copyOfRange(input, start, input.length));
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(preset);
    headers.forEach(
        (name, values) ->
            values.forEach(
                value -> bytes.writeBytes((name + ":" + value + "\n").getBytes(ISO_8859_1))));
    bytes.write('\n');
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private static int lineEnd(byte[] input, int start) {
    int end = start;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    return end;
  }
}
