package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to one request. It holds nothing of the request and no secret.
 *
 * @param status the HTTP status
 * @param headers the answer's own headers; lengths, dates and the like are the server's affair
 * @param body a line of plain text, or empty; new at each answer
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Reply(int status, Map<String, String> headers, byte[] body) {

  /** An answer that says everything by its status. */
  static Reply empty(int status) {
    return new Reply(status, Map.of(), new byte[0]);
  }

  static Reply text(int status, String line) {
    return text(status, Map.of(), line);
  }

  static Reply text(int status, Map<String, String> more, String line) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("Content-Type", "text/plain; charset=utf-8");
    return new Reply(status, Map.copyOf(headers), line.getBytes(UTF_8));
  }

  /** For example {@code Reply[401: X-One-Webhook-Key is missing]}. */
  @Override
  public String toString() {
    return "Reply[" + status + (body.length == 0 ? "" : ": " + new String(body, UTF_8)) + "]";
  }
}
