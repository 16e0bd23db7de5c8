package dev.posthorn.jdbc.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes every event after a while, and remembers when each came. Thread-safe. */
final class Receiver implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");

  private final HttpServer server;
  private final Map<String, List<Long>> received = new ConcurrentHashMap<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(4);
  private final Random random;
  private final int slowestMillis;

  private Receiver(HttpServer server, long seed, int slowestMillis) {
    this.server = server;
    this.random = new Random(seed);
    this.slowestMillis = slowestMillis;
  }

  /** One that takes up to so long to answer. */
  static Receiver start(long seed, int slowestMillis) {
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
      Receiver receiver = new Receiver(server, seed, slowestMillis);
      server.createContext("/", receiver::receive);
      server.setExecutor(receiver.threads);
      server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url(int lane) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + lane;
  }

  boolean hasAll(Collection<String> ids) {
    return received.keySet().containsAll(ids);
  }

  int times(String id) {
    return received.getOrDefault(id, List.of()).size();
  }

  /** When an event came first, in the ticks of {@link System#nanoTime}. */
  long first(String id) {
    return received.getOrDefault(id, List.of(Long.MAX_VALUE)).get(0);
  }

  /** How many of these events came again. */
  int duplicates(Collection<String> ids) {
    return ids.stream().mapToInt(id -> Math.max(0, times(id) - 1)).sum();
  }

  /** Those of them that came again. */
  List<String> repeated(Collection<String> ids) {
    return ids.stream().filter(id -> times(id) > 1).toList();
  }

  Collection<String> ids() {
    return received.keySet();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Matcher id = ID.matcher(body);
    if (!id.find()) {
      answer(exchange, 400);
      return;
    }
    received
        .computeIfAbsent(id.group(1), unused -> new CopyOnWriteArrayList<>())
        .add(System.nanoTime());
    int delay = slowestMillis == 0 ? 0 : random.nextInt(slowestMillis);
    if (delay == 0) {
      answer(exchange, 200);
    } else {
      var unused = threads.schedule(() -> answer(exchange, 200), delay, TimeUnit.MILLISECONDS);
    }
  }

  private static void answer(HttpExchange exchange, int status) {
    try (exchange) {
      exchange.sendResponseHeaders(status, -1);
    } catch (IOException gone) {
      // whoever asked was killed
    }
  }
}
