package dev.posthorn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A receiver on loopback that says, byte for byte, what a test tells it to say. */
final class RawReceiver implements AutoCloseable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private final ServerSocket server;
  private final List<Heard> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Wire.Conversation conversation = RawReceiver::answerAll;

  /** One that answers everything with an empty 200, until it is told otherwise. */
  RawReceiver() {
    try {
      server = new ServerSocket(0, 500, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Together.aside(this::accept);
  }

  /** What it does with connections from now on. */
  void does(Wire.Conversation next) {
    conversation = next;
  }

  /** Answers every request of every connection with the same text. */
  void answers(String answer) {
    does(
        wire -> {
          while (wire.read() != null) {
            wire.write(answer);
          }
        });
  }

  private static void answerAll(Wire wire) throws IOException {
    while (wire.read() != null) {
      wire.write(OK);
    }
  }

  /** Host and port. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Waits for as many requests, which may lie unread for a while; false if it waits in vain. */
  boolean hears(int count) {
    return Together.comes(() -> requests.size() >= count);
  }

  /** Whole requests, as they came. */
  List<Heard> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        int number = connections.size();
        Together.aside(() -> converse(connection, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void converse(Socket connection, int number) {
    try (connection) {
      connection.setTcpNoDelay(true);
      conversation.hold(new Wire(connection, number, requests::add, over));
    } catch (IOException e) {
      // The sender has gone, which is what many tests are about.
    }
  }
}
