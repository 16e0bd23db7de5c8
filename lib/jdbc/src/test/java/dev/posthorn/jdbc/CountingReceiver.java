package dev.posthorn.jdbc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Accepts everything, and counts how often each event came. Thread-safe. */
final class CountingReceiver implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Map<String, Integer> events = new ConcurrentHashMap<>();
  private final Map<String, Integer> paths = new ConcurrentHashMap<>();

  private CountingReceiver(HttpServer server) {
    this.server = server;
  }

  static CountingReceiver start() {
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      CountingReceiver receiver = new CountingReceiver(server);
      server.createContext("/", receiver::receive);
      server.setExecutor(receiver.threads);
      server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + path;
  }

  /** How many different events came. */
  int different() {
    return events.size();
  }

  /** How many requests came. */
  int all() {
    return events.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many requests came to a path. */
  int all(String path) {
    return paths.getOrDefault("/" + path, 0);
  }

  /** How many requests came with events whose ids begin like this. */
  int ofIds(String prefix) {
    return events.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  void forget() {
    events.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher id = ID.matcher(body);
      boolean found = id.find();
      if (found) {
        events.merge(id.group(1), 1, Integer::sum);
        paths.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
      }
      exchange.sendResponseHeaders(found ? 200 : 400, -1);
    }
  }
}
