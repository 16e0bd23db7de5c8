package dev.posthorn.testing.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What a {@link RawReceiver} does with a request. */
@FunctionalInterface
interface RawAnswer {

  /** Answers, or does not; the connection is kept unless it has been closed. */
  void to(RawRequest request, Socket connection) throws IOException;

  /** An answer without a body. Headers are whole lines. */
  static RawAnswer status(int status, String... headers) {
    return text(status, "", headers);
  }

  static RawAnswer text(int status, String body, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (status != 204) {
      head.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    return (request, connection) -> {
      OutputStream out = connection.getOutputStream();
      out.write(start);
      if (!request.method().equals("HEAD")) {
        out.write(bytes);
      }
      out.flush();
    };
  }

  /** Says nothing until the sender gives up. */
  static RawAnswer hang() {
    return (request, connection) -> {
      while (connection.getInputStream().read() >= 0) {
        // whatever it says
      }
      connection.close();
    };
  }

  /** Cuts the connection off without a word. */
  static RawAnswer reset() {
    return (request, connection) -> {
      connection.setSoLinger(true, 0);
      connection.close();
    };
  }
}
