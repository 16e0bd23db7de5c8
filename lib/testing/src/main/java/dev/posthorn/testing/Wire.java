package dev.posthorn.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection, seen from the receiver. */
final class Wire {
  /** What a receiver does with one connection; it is closed afterwards. */
  interface Conversation {
    void hold(Wire wire) throws IOException;
  }

  private final Socket socket;
  private final int number;
  private final Consumer<Heard> requests;
  private final CountDownLatch over;
  private final InputStream in;

  /**
   * A connection that was accepted.
   *
   * @param number 1 for the receiver's first
   * @param requests is told each request
   * @param over counted down when the test is over
   */
  Wire(Socket socket, int number, Consumer<Heard> requests, CountDownLatch over)
      throws IOException {
    this.socket = socket;
    this.number = number;
    this.requests = requests;
    this.over = over;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  int number() {
    return number;
  }

  /** The next whole request; null if the sender has gone. */
  @Nullable Heard read() throws IOException {
    Heard request = Heard.read(in);
    if (request != null) {
      requests.accept(request);
    }
    return request;
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** An answer with a body of its own length. */
  void answer(String head, byte[] body) throws IOException {
    write("HTTP/1.1 " + head + "\r\nContent-Length: " + body.length + "\r\n\r\n");
    write(body);
  }

  /** Writes without end, until the sender goes. */
  void flood(String text) throws IOException {
    while (over.getCount() > 0) {
      write(text);
    }
  }

  /** Writes a little now and then, until the sender goes or the test is over. */
  void drip(String text) throws IOException {
    try {
      while (!over.await(50, TimeUnit.MILLISECONDS)) {
        write(text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the sender goes, whatever it says. */
  void hang() throws IOException {
    while (in.read() >= 0) {
      // it goes on
    }
  }

  /** Reads nothing more, until the test is over. */
  void ignore() {
    Together.comes(over);
  }

  /** Ends the connection in the hardest way. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
