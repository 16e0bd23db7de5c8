package dev.posthorn.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.RefusedException;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ScriptedReceiverTest {
  private static final Duration HANG = Duration.ofSeconds(30);
  private static final String EVENT =
      "{\"specversion\":\"1.0\",\"id\":\"evt_1\",\"type\":\"task.created\",\"source\":\"/tests\"}";

  private final ScriptedReceiver receiver = ScriptedReceiver.start();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    receiver.close();
  }

  private HttpRequest.Builder to(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(HANG);
  }

  private HttpRequest post(String body) {
    return to(receiver.url()).POST(BodyPublishers.ofString(body)).build();
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private int status(String body) throws IOException, InterruptedException {
    return send(post(body)).statusCode();
  }

  private int check(String method) throws IOException, InterruptedException {
    HttpRequest request =
        to(receiver.url()).method(method, BodyPublishers.noBody()).timeout(HANG).build();
    return send(request).statusCode();
  }

  private CompletableFuture<Integer> later(String body) {
    return client
        .sendAsync(post(body), BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  @Test
  void aScriptIsSpokenInOrder() throws Exception {
    receiver.answersHead(405).fails(2, 500).accepts(1).answers(1, 418, "teapot").thenFails(503);

    List<Integer> answered = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      answered.add(status("" + i));
    }

    assertEquals(List.of(500, 500, 204, 418, 503, 503), answered);
    assertEquals(405, check("HEAD"));
    assertEquals(204, check("GET"));
    assertEquals(answered, receiver.requests().stream().map(Seen::status).toList());
    assertEquals(List.of("3"), receiver.accepted().stream().map(Seen::text).toList());
    assertEquals(
        List.of("HEAD", "GET"), receiver.checks().stream().map(Seen::method).toList(), "apart");
  }

  @Test
  void whatComesAfterTheScriptCanChange() throws Exception {
    assertEquals(204, status("accepted by default"));
    receiver.thenFails(500);
    assertEquals(500, status(""));
    receiver.thenAccepts();
    assertEquals(204, status(""));
    receiver.thenAnswers(Answer.status(201));
    assertEquals(201, status(""));
    receiver.fails(1, 404);
    assertEquals(404, status("the script goes first"));
    assertEquals(201, status(""));
  }

  @Test
  void theFirstRequestWhoseConnectionIsResetIsCutOffWithoutAWord() throws Exception {
    receiver.resets(1);
    try (Socket socket = raw("POST /hooks HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")) {
      InputStream in = socket.getInputStream();
      SocketException reset = assertThrows(SocketException.class, in::read);
      assertEquals("Connection reset", reset.getMessage());
    }
    assertEquals("POST /hooks, not answered", receiver.request(1).toString());
    assertEquals(204, status("the next one"));
  }

  @Test
  void aRequestHangsUntilItsSenderGivesUp() throws Exception {
    receiver.hangs(1);
    HttpRequest impatient =
        to(receiver.url()).timeout(Duration.ofMillis(100)).POST(BodyPublishers.noBody()).build();
    assertThrows(HttpTimeoutException.class, () -> send(impatient));
    assertEquals(0, receiver.request(1).status());
    assertFalse(receiver.request(1).accepted());
    assertEquals(204, status(""));
  }

  @Test
  void closingEndsAtOnceWhatHangsOrWaits() throws Exception {
    receiver.hangs(1).waits(1).thenHangs();
    List<CompletableFuture<Integer>> all = List.of(later("a"), later("b"), later("c"));
    receiver.awaitRequests(3);
    assertTimeoutPreemptively(Duration.ofSeconds(4), receiver::close);
    for (CompletableFuture<Integer> one : all) {
      assertThrows(ExecutionException.class, () -> one.get(30, TimeUnit.SECONDS));
    }
    assertEquals(0, receiver.accepted().size());
    receiver.close();
    assertThrows(IOException.class, () -> status("nobody listens any more"));
  }

  @Test
  void aRequestWaitsUntilItIsLetGo() throws Exception {
    receiver.waits(2);
    CompletableFuture<Integer> first = later("1");
    receiver.awaitRequests(1);
    assertFalse(first.isDone());
    assertEquals(0, receiver.request(1).status());
    receiver.letGo();
    assertEquals(204, first.get(30, TimeUnit.SECONDS));
    assertEquals(204, status("that was still to come"));
    receiver.thenWaits();
    CompletableFuture<Integer> third = later("3");
    receiver.awaitRequests(3);
    assertFalse(third.isDone(), "holds anew");
    receiver.letGo();
    assertEquals(204, third.get(30, TimeUnit.SECONDS));
  }

  @Test
  void aPauseAndARedirectAreToldInHeaders() throws Exception {
    receiver.asksToRetryAfter(1, Duration.ofMinutes(2)).redirects(1, "https://elsewhere.example/");
    HttpResponse<String> pause = send(post(""));
    assertEquals(429, pause.statusCode());
    assertEquals("120", pause.headers().firstValue("Retry-After").orElseThrow());
    HttpResponse<String> redirect = send(post(""));
    assertEquals(307, redirect.statusCode());
    assertEquals(
        "https://elsewhere.example/", redirect.headers().firstValue("Location").orElseThrow());
  }

  @Test
  void anAnswerMayHaveHeadersAndABody() throws Exception {
    receiver
        .answers(1, Answer.status(422).body("nö").header("X-Trace", "1").header("x-trace", "2"))
        .answers(1, Answer.status(422).body("{}").header("content-type", "application/json"));
    HttpResponse<String> text = send(post(""));
    assertEquals("nö", text.body());
    assertEquals(List.of("2"), text.headers().allValues("X-Trace"));
    assertEquals(List.of("text/plain; charset=utf-8"), text.headers().allValues("Content-Type"));
    assertEquals(List.of("application/json"), send(post("")).headers().allValues("Content-Type"));
  }

  @Test
  void aHeadThatIsAnsweredWithABodyKeepsItsConnectionUsable() throws Exception {
    receiver.answersHead(Answer.status(500).body("an error page")).answersGet(201);
    assertEquals(500, check("HEAD"));
    assertEquals(201, check("GET"));
    assertEquals(204, check("OPTIONS"));
    assertEquals(405, check("PATCH"));
    assertEquals(204, status(""));
    assertEquals(1, receiver.connections());
  }

  @Test
  void aResponderDecidesByTheRequest() throws Exception {
    receiver.thenAnswersBy(
        request -> {
          if (request.text().isEmpty()) {
            throw new IOException("no body");
          }
          return Answer.status(request.text().equals("good") ? 200 : 400);
        });
    assertEquals(200, status("good"));
    assertEquals(400, status("bad"));
    HttpResponse<String> failed = send(post(""));
    assertEquals(500, failed.statusCode());
    assertEquals("the test's responder threw java.io.IOException: no body", failed.body());
  }

  @Test
  @SuppressWarnings("NullAway") // not every host's build has it
  void aResponderThatReturnsNothingFails() throws Exception {
    receiver.thenAnswersBy(request -> null);
    HttpResponse<String> failed = send(post(""));
    assertEquals(500, failed.statusCode());
    assertEquals(
        "the test's responder threw java.lang.NullPointerException: the answer", failed.body());
  }

  @Test
  void aRequestIsKeptAsItCame() throws Exception {
    String request =
        """
        POST /hooks/%C3%A9?token=a HTTP/1.1
        host: x
        X-B: 1
        X-a:  two words\s
        CONTENT-LENGTH: 4
        X-B: 2
        Connection: close

        \0\377
        """
            .replace("\n", "\r\n");
    try (Socket socket = raw(request)) {
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertTrue(answer.startsWith("HTTP/1.1 204"), answer);
    }
    Seen seen = receiver.request(1);
    assertEquals("POST", seen.method());
    assertEquals("/hooks/%C3%A9?token=a", seen.path());
    assertEquals(
        List.of("host: x", "X-B: 1", "X-a: two words", "CONTENT-LENGTH: 4", "X-B: 2"),
        seen.headerLines().subList(0, 5));
    assertEquals(List.of("1", "2"), seen.headers().get("x-b"));
    assertEquals("two words", seen.header("X-A"));
    assertTrue(seen.has("x-a"));
    assertFalse(seen.has("X-C"));
    assertArrayEquals(new byte[] {0, (byte) 0xff, '\r', '\n'}, seen.body());
    seen.body()[0] = 1;
    assertEquals(0, seen.body()[0], "a copy");
    assertEquals("POST /hooks/%C3%A9?..., answered 204", seen.toString());
    assertMessage(
        "the header X-B came 2 times with POST /hooks/%C3%A9?..., answered 204; it had"
            + " [host, X-B, X-a, CONTENT-LENGTH, X-B, Connection]",
        AssertionError.class, () -> seen.header("X-B"));
    assertMessage(
        "the header X-C did not come with POST /hooks/%C3%A9?..., answered 204; it had"
            + " [host, X-B, X-a, CONTENT-LENGTH, X-B, Connection]",
        AssertionError.class, () -> seen.header("X-C"));
  }

  @Test
  void theEventIsReadAsAReceiverOfTheContractReadsIt() throws Exception {
    HttpRequest good =
        to(receiver.url())
            .header("Content-Type", "application/cloudevents+json; charset=utf-8")
            .header("X-One-Event-Id", "evt_1")
            .POST(BodyPublishers.ofString(EVENT))
            .build();
    send(good);
    CloudEvent event = receiver.request(1).event(Contracts.oneHorizon());
    assertEquals("task.created", event.getType());
    assertEquals("evt_1", event.getId());
    status(EVENT);
    RefusedException refused =
        assertThrows(
            RefusedException.class, () -> receiver.request(2).event(Contracts.oneHorizon()));
    assertEquals(415, refused.status());
  }

  @Test
  void awaitingTellsWhatCameInstead() throws Exception {
    receiver.fails(1, 500);
    check("HEAD");
    status("secret body");
    assertEquals(1, receiver.awaitRequests(1).size());
    assertMessage(
        """
        2 POST requests were awaited for 0 s; came:
          HEAD /hooks, answered 204
          POST /hooks, answered 500""",
        AssertionError.class,
        () -> receiver.awaitRequests(2, Duration.ofMillis(50)));
    assertMessage(
        """
        there is no request 2; came:
          HEAD /hooks, answered 204
          POST /hooks, answered 500""",
        AssertionError.class,
        () -> receiver.request(2));
    try (ScriptedReceiver other = ScriptedReceiver.start()) {
      assertMessage(
          "there is no request 1; came nothing", AssertionError.class, () -> other.request(1));
    }
  }

  @Test
  void aLongStoryIsToldFromItsEnd() throws Exception {
    for (int i = 0; i < 60; i++) {
      status("");
    }
    String story = receiver.story();
    assertTrue(story.startsWith(":\n  10 requests, and then\n  POST /hooks, answered"), story);
    assertEquals(52, story.lines().count());
  }

  @Test
  void aHundredSendersAtOnceUseUpTheScriptExactly() throws Exception {
    receiver.fails(30, 500).answers(20, 503, "busy");
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String body = "" + i;
      all.add(CompletableFuture.supplyAsync(() -> sent(go, body), task -> daemon(task).start()));
    }
    go.countDown();
    List<Integer> answered = new ArrayList<>();
    for (CompletableFuture<Integer> one : all) {
      answered.add(one.get(30, TimeUnit.SECONDS));
    }
    assertEquals(30, answered.stream().filter(status -> status == 500).count());
    assertEquals(20, answered.stream().filter(status -> status == 503).count());
    assertEquals(50, receiver.accepted().size());
    assertEquals(100, receiver.requests().stream().map(Seen::text).distinct().count());
    assertTrue(receiver.requests().subList(0, 30).stream().allMatch(one -> one.status() == 500));
  }

  private int sent(CountDownLatch go, String body) {
    try {
      go.await();
      return status(body);
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "sender");
    thread.setDaemon(true);
    return thread;
  }

  @Test
  void callsThatMakeNoSenseAreRefused() {
    refuses("times must be at least 1: 0", () -> receiver.fails(0, 500));
    refuses("times must be at least 1: -1", () -> receiver.waits(-1));
    refuses(
        "a failure's status must be 300 to 599: 204; for others use answers(...)",
        () -> receiver.fails(1, 204));
    refuses(
        "a failure's status must be 300 to 599: 600; for others use answers(...)",
        () -> receiver.thenFails(600));
    refuses("an answer's status must be 200 to 599: 199", () -> receiver.answers(1, 199, ""));
    refuses("an answer's status must be 200 to 599: 600", () -> receiver.answersHead(600));
    refuses("an answer's status must be 200 to 599: 0", () -> receiver.answersGet(0));
    refuses(
        "Retry-After counts whole seconds: PT0.5S",
        () -> receiver.asksToRetryAfter(1, Duration.ofMillis(500)));
    refuses(
        "Retry-After counts whole seconds: PT-1S",
        () -> receiver.asksToRetryAfter(1, Duration.ofSeconds(-1)));
    refuses("a path must begin with a slash: hooks", () -> receiver.url("hooks"));
    refuses("count must be at least 1: 0", () -> receiver.awaitRequests(0));
    refuses("not a header name: \"a b\"", () -> Answer.status(200).header("a b", ""));
    refuses("an answer of 204 has no body: use another", () -> Answer.status(204).body("accepted"));
    refuses(
        "the value of A must be printable ASCII",
        () -> Answer.status(200).header("A", "b\r\nC: d"));
    assertMessage(
        "where nothing is answered there cannot be a body",
        IllegalStateException.class,
        () -> Answer.hang().body("x"));
    assertEquals(
        List.of("Answer[503]", "Answer[hang]", "Answer[reset]"),
        List.of(Answer.status(503).body("x") + "", Answer.hang() + "", Answer.reset() + ""));
  }

  @Test
  void urlsLeadHere() throws Exception {
    assertEquals("http://" + receiver.address() + "/hooks", receiver.url());
    assertTrue(receiver.address().matches("127\\.0\\.0\\.1:\\d+"), receiver.address());
    assertEquals("ScriptedReceiver[" + receiver.url() + "]", receiver.toString());
    assertEquals(
        204,
        send(to(receiver.url("/other?a=b")).POST(BodyPublishers.noBody()).build()).statusCode());
    assertEquals("/other?a=b", receiver.request(1).path());
  }

  private Socket raw(String request) throws IOException {
    int port = Integer.parseInt(receiver.address().substring("127.0.0.1:".length()));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) HANG.toMillis());
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return socket;
  }

  private static void refuses(String message, Executable call) {
    assertMessage(message, IllegalArgumentException.class, call);
  }

  private static void assertMessage(
      String message, Class<? extends Throwable> type, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }
}
