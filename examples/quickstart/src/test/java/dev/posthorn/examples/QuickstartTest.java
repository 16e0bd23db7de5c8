package dev.posthorn.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class QuickstartTest {
  private static final Path EVENTS = Path.of("events.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Queue<JsonNode> received = new ConcurrentLinkedQueue<>();
  private final Queue<String> keys = new ConcurrentLinkedQueue<>();
  private HttpServer receiver;

  @BeforeEach
  void openReceiver() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/hooks", this::take);
    receiver.start();
  }

  @AfterEach
  void closeReceiver() {
    receiver.stop(0);
  }

  @Test
  void theStoryEndsWell() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    run();

    String story = text();
    assertRow(story, "task.created +1 of 4 +204 +delivered");
    assertRow(story, "task.updated +1 of 4 +500 +http_error +again at once");
    assertRow(story, "task.updated +2 of 4 +204 +delivered");
    assertRow(story, "comment.created +1 of 4 +none +http_timeout +again at once");
    assertRow(story, "project.created +1 of 4 +none +connection_failed +again at once");
    assertRow(story, "comment.deleted +4 of 4 +503 +http_error +given up");
    assertTrue(
        story.contains(
            "why: It was given up, because all attempts are used up. Attempt 4: the endpoint"
                + " answered 503."),
        story);
    assertRow(story, "comment.deleted +1 of 4 +204 +delivered");
    assertTrue(story.endsWith("Every event was delivered, one of them by a replay.\n"), story);
    assertNothingIsLeftRunning(before);
  }

  @Test
  void eventsOfAFileAreDeliveredToAReceiverOfYours() throws Exception {
    run("--allow-private", url(), EVENTS.toString());

    Set<String> expected = new HashSet<>();
    JSON.readTree(EVENTS.toFile()).forEach(event -> expected.add(event.get("id").asText()));
    Set<String> ids = new HashSet<>();
    received.forEach(event -> ids.add(event.get("id").asText()));
    assertEquals(expected, ids);
    assertEquals(1, Set.copyOf(keys).size());
    String key = keys.peek();
    assertTrue(text().contains("The receiver must expect X-One-Webhook-Key: " + key), text());
    assertTrue(text().endsWith("Every event was delivered.\n"), text());
  }

  @Test
  void aPrivateUrlIsRefusedWithTheFlagThatAllowsIt() {
    String message = refusal(url(), EVENTS.toString());

    String call = "EndpointPolicy.standard().allow(\"localhost:" + port() + "\")";
    assertTrue(message.contains(call), message);
    assertTrue(message.endsWith("(--allow-private does so)"), message);
    assertTrue(received.isEmpty());
  }

  @Test
  void aMissingFileIsNamed() {
    String message = refusal("--allow-private", url(), "no-such.json");

    assertTrue(message.startsWith("cannot read CloudEvents from no-such.json: "), message);
  }

  @Test
  void aFileWithoutEventsIsNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.json"), "[{\"type\":");

    String message = refusal("--allow-private", url(), file.toString());

    assertTrue(message.startsWith("cannot read CloudEvents from " + file + ": "), message);
  }

  @Test
  void anEndpointThatIsNotVerifiedIsToldWhy() {
    String url = "http://localhost:" + port() + "/nothing-here";

    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class, () -> run("--allow-private", url, EVENTS.toString()));

    assertEquals(url + " is not verified: HEAD answered 404", failure.getMessage());
  }

  @Test
  void wrongArgumentsAreAnsweredWithTheUsage() {
    for (String[] wrong :
        new String[][] {{"only-one"}, {"a", "b", "c"}, {"--help"}, {"--what", "b"}}) {
      assertTrue(refusal(wrong).startsWith("usage: Quickstart [--allow-private] <url>"));
    }
  }

  @Test
  void aWrongCallEndsWithCodeTwoAndTheUsage() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(java, "-cp", classes, Quickstart.class.getName(), "only-one").start();

    String error = new String(process.getErrorStream().readAllBytes(), UTF_8);

    assertEquals(2, process.waitFor());
    assertTrue(error.startsWith("usage: Quickstart"), error);
  }

  private void run(String... args) throws IOException, InterruptedException {
    new Quickstart(new PrintStream(printed, true, UTF_8)).run(args);
  }

  private String refusal(String... args) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> run(args)).getMessage());
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestMethod().equals("POST")) {
      received.add(JSON.readTree(body));
      keys.add(exchange.getRequestHeaders().getFirst("X-One-Webhook-Key"));
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private String text() {
    return printed.toString(UTF_8).replace("\r\n", "\n");
  }

  private String url() {
    return "http://localhost:" + port() + "/hooks";
  }

  private int port() {
    return receiver.getAddress().getPort();
  }

  private static void assertRow(String story, String row) {
    boolean isThere = story.lines().anyMatch(line -> line.matches(".* s +" + row));
    assertTrue(isThere, "no row " + row + " in\n" + story);
  }

  private static void assertNothingIsLeftRunning(Set<Thread> before) throws InterruptedException {
    List<Thread> left = new ArrayList<>(Thread.getAllStackTraces().keySet());
    left.removeAll(before);
    for (Thread thread : left) {
      if (!thread.isDaemon()) {
        thread.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(thread.isAlive(), () -> "still running: " + thread.getName());
      }
    }
  }
}
