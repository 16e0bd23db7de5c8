package dev.posthorn.testing.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** What a receiver does with a request. */
@FunctionalInterface
interface Answer {

  /** Answers, or does not; the connection is kept unless it has been closed. */
  void to(Seen request, Socket connection) throws IOException;

  /** An answer without a body. Headers are whole lines. */
  static Answer status(int status, String... headers) {
    return text(status, "", headers);
  }

  static Answer text(int status, String body, String... headers) {
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
  static Answer hang() {
    return (request, connection) -> {
      while (connection.getInputStream().read() >= 0) {
        // whatever it says
      }
      connection.close();
    };
  }

  /** Says nothing until a test allows it, or the connection is closed. */
  static Answer after(CountDownLatch allowed, Answer answer) {
    return (request, connection) -> {
      try {
        allowed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      answer.to(request, connection);
    };
  }

  /** Cuts the connection off without a word. */
  static Answer reset() {
    return (request, connection) -> {
      connection.setSoLinger(true, 0);
      connection.close();
    };
  }
}
