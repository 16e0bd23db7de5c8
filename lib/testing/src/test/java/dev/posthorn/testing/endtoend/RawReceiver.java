package dev.posthorn.testing.endtoend;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint on loopback that keeps what came, byte for byte, and answers by a script, also with
 * what is no HTTP. Only for what {@link dev.posthorn.testing.ScriptedReceiver} cannot say. HEAD and
 * GET are answered 204 unless {@link #checkedBy} says otherwise.
 */
final class RawReceiver implements AutoCloseable {
  private final ServerSocket server;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<RawRequest> posts = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<RawAnswer> script = new ConcurrentLinkedQueue<>();
  private volatile RawAnswer checked = RawAnswer.status(204);
  private volatile RawAnswer otherwise = RawAnswer.status(204);

  RawReceiver() {
    try {
      server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  RawReceiver then(RawAnswer next) {
    script.add(next);
    return this;
  }

  RawReceiver otherwise(RawAnswer always) {
    otherwise = always;
    return this;
  }

  RawReceiver checkedBy(RawAnswer always) {
    checked = always;
    return this;
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  String url() {
    return "http://" + address() + "/hooks";
  }

  /** POST requests so far. */
  List<RawRequest> posts() {
    return List.copyOf(posts);
  }

  RawRequest post(int number) {
    return posts().get(number - 1);
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
        Socket connection = server.accept();
        connection.setTcpNoDelay(true);
        connections.add(connection);
        start(() -> converse(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void converse(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (RawRequest request = read(in); request != null; request = read(in)) {
        answer(request).to(request, connection);
      }
    } catch (IOException e) {
      // The sender has gone, which is what many tests are about.
    }
  }

  private RawAnswer answer(RawRequest request) {
    if (!request.method().equals("POST")) {
      return checked;
    }
    RawAnswer next = script.poll();
    posts.add(request);
    return next == null ? otherwise : next;
  }

  private static @Nullable RawRequest read(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return null;
    }
    List<String> headers = new ArrayList<>();
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      headers.add(header);
      if (header.regionMatches(true, 0, "Content-Length: ", 0, 16)) {
        length = Integer.parseInt(header.substring(16));
      }
    }
    return new RawRequest(line, headers, in.readNBytes(length));
  }

  /** Without its end; empty at the end of the head, and of the stream. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "receiver");
    thread.setDaemon(true);
    thread.start();
  }
}
