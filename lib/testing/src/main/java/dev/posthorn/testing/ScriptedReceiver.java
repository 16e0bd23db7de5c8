package dev.posthorn.testing;

import java.time.Duration;
import java.util.List;

/**
 * An endpoint on the loopback address that does what a test tells it, and remembers what came:
 *
 * <pre>{@code
 * try (ScriptedReceiver receiver = ScriptedReceiver.start()) {
 *   receiver.answersHead(405).fails(2, 500).thenAccepts();
 *   // register a webhook to receiver.url(), publish, then:
 *   assertEquals(3, receiver.requests().size());
 * }
 * }</pre>
 *
 * <p>The script speaks of POST requests, in the order in which they come, whatever connection they
 * come by. What is said first counts first, and each call adds to the end, also while requests
 * come. All later ones are accepted with 204, unless one of the {@code then...} methods says
 * otherwise; of these the last one counts, from then on. HEAD and GET, by which endpoints are
 * verified, are no part of the script and are answered 204; other methods are answered 405.
 *
 * <p>HTTP/1.1 without TLS, on a free port of 127.0.0.1: allow it with {@link
 * dev.posthorn.webhook.EndpointPolicy#allowLoopback}. Thread-safe. Numbers and statuses out of
 * their range are refused at once with an {@link IllegalArgumentException}; the methods that tell
 * it what to do return this.
 */
public final class ScriptedReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Notebook notebook = new Notebook();
  private final Conduct conduct = new Conduct(notebook);
  private final LoopbackServer server = LoopbackServer.start(conduct::respond);

  private ScriptedReceiver() {}

  /** Begins to listen, on a free port. */
  public static ScriptedReceiver start() {
    return new ScriptedReceiver();
  }

  // --- where

  /** Where webhooks may point to, for example {@code http://127.0.0.1:49152/hooks}. */
  public String url() {
    return url("/hooks");
  }

  /**
   * A URL with another path: all of them lead here.
   *
   * @param path with a slash first, and a query if you like
   */
  public String url(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with a slash: " + path);
    }
    return "http://" + address() + path;
  }

  /** Host and port, for example {@code 127.0.0.1:49152}. */
  public String address() {
    return server.address();
  }

  // --- the script

  /**
   * Accepts so many requests, with 204.
   *
   * @param times at least 1
   */
  public ScriptedReceiver accepts(int times) {
    return answers(times, Conduct.ACCEPT);
  }

  /**
   * Fails so many requests.
   *
   * @param times at least 1
   * @param status 300 to 599
   */
  public ScriptedReceiver fails(int times, int status) {
    return answers(times, failure(status));
  }

  /**
   * Says nothing to so many requests, until the sender gives up, which takes it its timeout.
   *
   * @param times at least 1
   */
  public ScriptedReceiver hangs(int times) {
    return answers(times, Answer.hang());
  }

  /**
   * Cuts off the connection of so many requests without an answer.
   *
   * <p>Where that was a connection kept from an earlier exchange, Posthorn sends the request once
   * more within the same attempt, so that it is here twice: two resets in a row fail an attempt in
   * any case, one only on a new connection. {@code Connection: close} in the answer before makes
   * the next one new.
   *
   * @param times at least 1
   */
  public ScriptedReceiver resets(int times) {
    return answers(times, Answer.reset());
  }

  /**
   * Asks for a pause: answers 429 with {@code Retry-After}.
   *
   * @param times at least 1
   * @param pause whole seconds, zero or more
   */
  public ScriptedReceiver asksToRetryAfter(int times, Duration pause) {
    if (pause.isNegative() || pause.toNanosPart() != 0) {
      throw new IllegalArgumentException("Retry-After counts whole seconds: " + pause);
    }
    return answers(times, Answer.status(429).header("Retry-After", "" + pause.toSeconds()));
  }

  /**
   * Sends so many requests elsewhere, with 307.
   *
   * @param times at least 1
   * @param to the value of {@code Location}
   */
  public ScriptedReceiver redirects(int times, String to) {
    return answers(times, Answer.status(307).header("Location", to));
  }

  /**
   * Answers so many requests with a status and a text, as {@code text/plain}.
   *
   * @param times at least 1
   * @param status 200 to 599, but 204 and 304, which have no body
   */
  public ScriptedReceiver answers(int times, int status, String body) {
    return answers(times, Answer.status(status).body(body));
  }

  /**
   * Does with so many requests what an answer says.
   *
   * @param times at least 1
   */
  public ScriptedReceiver answers(int times, Answer answer) {
    conduct.script().add(times, request -> answer);
    return this;
  }

  /**
   * Holds so many requests until {@link #letGo}, then accepts them with 204.
   *
   * @param times at least 1
   */
  public ScriptedReceiver waits(int times) {
    conduct.script().add(times, conduct.held());
    return this;
  }

  /**
   * Lets go all requests that {@link #waits} and {@link #thenWaits} hold, and those that they speak
   * of and that are still to come. What is said afterwards holds anew.
   */
  public ScriptedReceiver letGo() {
    conduct.letGo();
    return this;
  }

  /** Accepts all others, with 204: the default. */
  public ScriptedReceiver thenAccepts() {
    return thenAnswers(Conduct.ACCEPT);
  }

  /**
   * Fails all others.
   *
   * @param status 300 to 599
   */
  public ScriptedReceiver thenFails(int status) {
    return thenAnswers(failure(status));
  }

  /** Says nothing to all others, as {@link #hangs} does. */
  public ScriptedReceiver thenHangs() {
    return thenAnswers(Answer.hang());
  }

  /** Holds all others until {@link #letGo}, then accepts them with 204. */
  public ScriptedReceiver thenWaits() {
    return thenAnswersBy(conduct.held());
  }

  /** Does with all others what an answer says. */
  public ScriptedReceiver thenAnswers(Answer answer) {
    return thenAnswersBy(request -> answer);
  }

  /** Asks what to do with each of the others, when it comes. */
  public ScriptedReceiver thenAnswersBy(Responder responder) {
    conduct.script().afterwards(responder);
    return this;
  }

  private static Answer failure(int status) {
    if (status < 300 || status > 599) {
      throw new IllegalArgumentException(
          "a failure's status must be 300 to 599: " + status + "; for others use answers(...)");
    }
    return Answer.status(status);
  }

  // --- verification

  /** Answers HEAD so, from now on. The default is 204. */
  public ScriptedReceiver answersHead(int status) {
    return answersHead(Answer.status(status));
  }

  /** As {@link #answersHead(int)}, with whatever an answer says. */
  public ScriptedReceiver answersHead(Answer answer) {
    conduct.head(answer);
    return this;
  }

  /** Answers GET so, from now on. The default is 204. */
  public ScriptedReceiver answersGet(int status) {
    return answersGet(Answer.status(status));
  }

  /** As {@link #answersGet(int)}, with whatever an answer says. */
  public ScriptedReceiver answersGet(Answer answer) {
    conduct.get(answer);
    return this;
  }

  /** Answers OPTIONS so, from now on. The default is 204, by which every origin may send events. */
  public ScriptedReceiver answersOptions(Answer answer) {
    return answersOptionsBy(request -> answer);
  }

  /** As {@link #answersOptions(Answer)}, decided by each request. */
  public ScriptedReceiver answersOptionsBy(Responder responder) {
    conduct.options(responder);
    return this;
  }

  // --- what came

  /** The POST requests so far, answered or not, in the order in which they came. A copy. */
  public List<Seen> requests() {
    return notebook.posts();
  }

  /**
   * The first, second, ... POST request.
   *
   * @param number from 1
   * @throws AssertionError if so many have not come yet; the message lists those that came
   */
  public Seen request(int number) {
    List<Seen> came = requests();
    if (number < 1 || number > came.size()) {
      throw new AssertionError("there is no request " + number + "; came" + notebook.story());
    }
    return came.get(number - 1);
  }

  /** The POST requests so far that were answered 2xx. */
  public List<Seen> accepted() {
    return requests().stream().filter(Seen::accepted).toList();
  }

  /** All other requests so far, such as HEAD, GET and OPTIONS. */
  public List<Seen> checks() {
    return notebook.checks();
  }

  /** How many connections were made so far, those without a request included. */
  public int connections() {
    return server.connections();
  }

  /**
   * Waits until so many POST requests have come, for at most 10 seconds. They need not have been
   * answered yet.
   *
   * @param count at least 1
   * @return all that have come
   * @throws AssertionError if fewer came; the message lists them
   */
  public List<Seen> awaitRequests(int count) {
    return awaitRequests(count, PATIENCE);
  }

  List<Seen> awaitRequests(int count, Duration atMost) {
    notebook.awaitPosts(count, atMost);
    return requests();
  }

  /** What came, a line for each request, without header values and bodies. */
  String story() {
    return notebook.story();
  }

  /** Ends it: what hangs or waits is cut off at once; what came can still be read. Idempotent. */
  @Override
  public void close() {
    conduct.end();
    server.close();
  }

  /** For example {@code ScriptedReceiver[http://127.0.0.1:49152/hooks]}. */
  @Override
  public String toString() {
    return "ScriptedReceiver[" + url() + "]";
  }
}
