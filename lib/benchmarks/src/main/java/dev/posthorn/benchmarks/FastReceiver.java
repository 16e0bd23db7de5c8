package dev.posthorn.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A receiver that costs next to nothing: one thread, keep-alive, 204 or, at random, 500. It reads
 * just enough of a request to find its end.
 */
final class FastReceiver implements AutoCloseable {
  private static final byte[] ACCEPTED =
      "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FAILED =
      "HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector;
  private final ServerSocketChannel server;
  private final double failing;
  private final SplittableRandom random = new SplittableRandom(42);
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();

  FastReceiver(double failing) throws IOException {
    this.failing = failing;
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    Thread thread = new Thread(this::run, "receiver");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.socket().getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  long requests() {
    return requests.get();
  }

  long accepted() {
    return accepted.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    selector.close();
  }

  private void run() {
    try {
      while (true) {
        selector.select();
        for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
          selector.selectedKeys().remove(key);
          serve(key);
        }
      }
    } catch (ClosedSelectorException closed) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SelectionKey key) throws IOException {
    if (key.isAcceptable()) {
      SocketChannel channel = server.accept();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(64 * 1024));
      return;
    }
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer buffer = (ByteBuffer) key.attachment();
    try {
      if (channel.read(buffer) < 0) {
        channel.close();
        return;
      }
      for (int end = endOfRequest(buffer); end > 0; end = endOfRequest(buffer)) {
        buffer.flip().position(end);
        buffer.compact();
        answer(channel);
      }
    } catch (IOException gone) {
      channel.close();
    }
  }

  private void answer(SocketChannel channel) throws IOException {
    requests.incrementAndGet();
    boolean fails = failing > 0 && random.nextDouble() < failing;
    if (!fails) {
      accepted.incrementAndGet();
    }
    ByteBuffer answer = ByteBuffer.wrap(fails ? FAILED : ACCEPTED);
    while (answer.hasRemaining()) {
      channel.write(answer);
    }
  }

  /** Where the first whole request in the buffer ends; 0 if there is none yet. */
  private static int endOfRequest(ByteBuffer buffer) {
    int length = 0;
    int line = 0;
    for (int i = 0; i + 1 < buffer.position(); i++) {
      if (buffer.get(i) != '\r' || buffer.get(i + 1) != '\n') {
        continue;
      }
      if (i == line) {
        int end = i + 2 + length;
        return end <= buffer.position() ? end : 0;
      }
      length = Math.max(length, contentLength(buffer, line, i));
      line = i + 2;
    }
    return 0;
  }

  private static int contentLength(ByteBuffer buffer, int from, int to) {
    boolean maybe = (buffer.get(from) | 32) == 'c' && to - from > 15;
    if (!maybe || (buffer.get(from + 8) | 32) != 'l') {
      return 0;
    }
    byte[] bytes = new byte[to - from];
    buffer.get(from, bytes);
    String line = new String(bytes, StandardCharsets.US_ASCII);
    return Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
  }
}
