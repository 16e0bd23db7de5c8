package dev.posthorn.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/** A receiver on loopback that says, byte for byte, what a test tells it to say. */
final class RawReceiver implements AutoCloseable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  /** What the receiver does with one connection. */
  interface Conversation {
    void hold(Wire wire) throws IOException;
  }

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  private final ServerSocket server;
  private final Conversation conversation;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();

  RawReceiver(Conversation conversation) throws IOException {
    this(ServerSocketFactory.getDefault(), conversation);
  }

  RawReceiver(ServerSocketFactory sockets, Conversation conversation) throws IOException {
    this.conversation = conversation;
    this.server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Answers every request of every connection with the same bytes. */
  static RawReceiver answering(String answer) throws IOException {
    return new RawReceiver(
        wire -> {
          while (wire.readRequest()) {
            wire.write(answer);
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  /** Whole requests, head and body, as they came. */
  List<String> requests() {
    return requests;
  }

  int connections() {
    return connections.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.add(socket);
        int number = connections.size();
        start(() -> hold(socket, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void hold(Socket socket, int number) {
    try (socket) {
      conversation.hold(new Wire(socket, number));
    } catch (IOException e) {
      // The sender has gone, which is what many tests are about.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "raw-receiver");
    thread.setDaemon(true);
    thread.start();
  }

  /** One connection, seen from the receiver. */
  final class Wire {
    private final Socket socket;
    private final int number;
    private final InputStream in;

    private Wire(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** 1 for the first connection. */
    int number() {
      return number;
    }

    /** Reads and remembers a whole request; false at the end. */
    boolean readRequest() throws IOException {
      String head = readHead();
      if (head.isEmpty()) {
        return false;
      }
      Matcher length = LENGTH.matcher(head);
      byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
      requests.add(head + new String(body, StandardCharsets.UTF_8));
      return true;
    }

    void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Waits until the sender goes, without answering. */
    void hang() throws IOException {
      while (in.read() >= 0) {
        // whatever it says
      }
    }

    /** Waits until the sender goes, and says a little whenever it has not gone for 50 ms. */
    void drip(String text) throws IOException {
      socket.setSoTimeout(50);
      while (!hasGone()) {
        write(text);
      }
    }

    private boolean hasGone() throws IOException {
      try {
        return in.read() < 0;
      } catch (SocketTimeoutException e) {
        return false;
      }
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    private String readHead() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return "";
        }
        head.write(b);
      }
      return head.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
