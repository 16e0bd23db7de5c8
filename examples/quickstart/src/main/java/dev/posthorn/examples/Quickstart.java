package dev.posthorn.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.event.PosthornException;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends webhooks and shows each attempt as a row of a table: without arguments to a receiver of its
 * own that has a bad day, with a URL and a file of events to a receiver of yours.
 */
public final class Quickstart implements DeliveryListener {
  private static final String USAGE =
      """
      usage: Quickstart [--allow-private] <url> <events.json>
        --allow-private  allows the host and port of <url>, for a receiver on your own network
        <url>            your receiver: it is verified, then sent every event in the file
        <events.json>    a JSON array of CloudEvents, such as examples/quickstart/events.json
      The environment variable ONE_WEBHOOK_KEY chooses the key; otherwise one is generated.
      Without arguments it tells a story that needs no receiver.""";

  private static final ObjectMapper JSON =
      new ObjectMapper().registerModule(JsonFormat.getCloudEventJacksonModule());

  private final PrintStream out;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final List<Delivery> givenUp = new ArrayList<>();

  Quickstart(PrintStream out) {
    this.out = out;
  }

  /** Ends normally only if all was delivered as it should be; a wrong call ends with code 2. */
  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      new Quickstart(System.out).run(args);
    } catch (IllegalArgumentException | PosthornException wrongCall) {
      System.err.println(wrongCall.getMessage());
      System.exit(2);
    }
  }

  void run(String... args) throws IOException, InterruptedException {
    boolean allowPrivate = args.length > 0 && args[0].equals("--allow-private");
    List<String> rest = List.of(args).subList(allowPrivate ? 1 : 0, args.length);
    if (args.length == 0) {
      tellStory();
    } else if (rest.size() == 2 && !rest.get(0).startsWith("-")) {
      deliver(rest.get(0), Path.of(rest.get(1)), allowPrivate);
    } else {
      throw new IllegalArgumentException(USAGE);
    }
  }

  /** Five events, a receiver on this machine, and what can go wrong between them. */
  private void tellStory() throws IOException, InterruptedException {
    out.println("One Horizon's contract in a hurry: a timeout of 2 s instead of 3 s, and retries");
    out.println("at once, after 1 s and after 3 s instead of at once, after 1 and after 5 min.");
    RetrySchedule retries =
        RetrySchedule.after(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));
    DeliveryContract hurried =
        Contracts.oneHorizon().named("hurried").timeout(Duration.ofSeconds(2)).retries(retries);
    try (InputStream json = Quickstart.class.getResourceAsStream("/events.json");
        Receiver receiver = new Receiver();
        Posthorn posthorn =
            posthorn(hurried, EndpointPolicy.standard().allow(receiver.address()))) {
      String url = "http://" + receiver.address() + "/hooks";
      receiver.key =
          register(posthorn, WebhookSpec.to(url).events("task.*", "comment.*", "project.*"));
      deliverAll(posthorn, JSON.readValue(json, CloudEvent[].class));
      boolean asTold = givenUp.size() == 1 && givenUp.get(0).eventType().equals("comment.deleted");
      check(asTold, "comment.deleted was to be given up, and nothing else: " + givenUp);

      out.println("\nThe receiver is repaired, and what was given up is replayed:");
      receiver.repaired = true;
      posthorn.deliveries().replay(givenUp.get(0).id());
      check(showNext(posthorn).state() == DeliveryState.DELIVERED, "the replay has failed");
      out.println("\nEvery event was delivered, one of them by a replay.");
    }
  }

  /** The real contract, and a receiver of yours. */
  private void deliver(String url, Path file, boolean allowPrivate) throws InterruptedException {
    EndpointPolicy standard = EndpointPolicy.standard();
    EndpointPolicy policy = allowPrivate ? standard.allow(hostAndPort(URI.create(url))) : standard;
    WebhookSpec spec = WebhookSpec.to(url).allEvents();
    String chosen = System.getenv("ONE_WEBHOOK_KEY");
    try (InputStream json = Files.newInputStream(file);
        Posthorn posthorn = posthorn(Contracts.oneHorizon(), policy)) {
      CloudEvent[] events = JSON.readValue(json, CloudEvent[].class);
      Secret key = register(posthorn, chosen == null ? spec : spec.secret(Secret.of(chosen)));
      out.println("The receiver must expect X-One-Webhook-Key: " + key.reveal());
      out.println("What fails is tried again at once, after 1 min and after 5 min, so it takes");
      out.println("6 minutes until something is given up.");
      deliverAll(posthorn, events);
      check(givenUp.isEmpty(), givenUp.size() + " events were not delivered");
      out.println("\nEvery event was delivered.");
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read CloudEvents from " + file + ": " + e, e);
    } catch (InvalidWebhookException e) {
      throw new IllegalArgumentException(e.getMessage() + "\n(--allow-private does so)", e);
    }
  }

  private Posthorn posthorn(DeliveryContract contract, EndpointPolicy policy) {
    return Posthorn.builder().contract(contract).endpoints(policy).listener(this).build().start();
  }

  private static String hostAndPort(URI url) {
    int usual = "http".equals(url.getScheme()) ? 80 : 443;
    return url.getHost() + ":" + (url.getPort() < 0 ? usual : url.getPort());
  }

  /** Registers and verifies; returns the key, which is handed out this once. */
  private Secret register(Posthorn posthorn, WebhookSpec spec) {
    Registration hook = posthorn.registry().register(spec);
    Verification result = posthorn.registry().verify(hook.id());
    for (int more = 2; more > 0 && !result.verified(); more--) {
      out.println("\nNot verified, trying once more: " + result.detail());
      result = posthorn.registry().verify(hook.id()); // a JVM that has just started may be slow
    }
    check(result.verified(), spec.url() + " is not verified: " + result.detail());
    out.println("\nVerified " + spec.url() + " for " + spec.events() + ": " + result.detail());
    return hook.secret().orElseThrow();
  }

  /** Publishes the events, and shows each attempt until every delivery has ended. */
  private void deliverAll(Posthorn posthorn, CloudEvent[] events) throws InterruptedException {
    out.println("\n" + Step.HEADER);
    for (CloudEvent event : events) {
      boolean accepted = posthorn.publisher().publish(event).accepted();
      check(accepted, "there are two events from " + event.getSource() + ", id " + event.getId());
    }
    for (int open = events.length; open > 0; ) {
      open -= showNext(posthorn).state().ended() ? 1 : 0;
    }
  }

  /** Called on a thread of Posthorn's, after the attempt has been stored. */
  @Override
  public void attempted(Delivery delivery, Attempt attempt) {
    steps.add(new Step(delivery, attempt));
  }

  /** Waits for an attempt and shows it; where something waits or was given up, the log says why. */
  private Delivery showNext(Posthorn posthorn) throws InterruptedException {
    Step step = steps.poll(6, TimeUnit.MINUTES); // the longest wait for a retry is 5
    if (step == null) {
      throw new IllegalStateException("nothing has been sent for 6 minutes");
    }
    Delivery delivery = step.delivery();
    boolean isGivenUp = delivery.state() == DeliveryState.EXHAUSTED;
    out.println(step.row());
    if (isGivenUp || step.waits()) {
      out.println("         why: " + posthorn.deliveries().explain(delivery.id()).why());
    }
    if (isGivenUp) {
      givenUp.add(delivery);
    }
    return delivery;
  }

  private static void check(boolean asItShouldBe, String otherwise) {
    if (!asItShouldBe) {
      throw new IllegalStateException(otherwise);
    }
  }

  /** An attempt, and the delivery as it stands after it: a row of the table. */
  private record Step(Delivery delivery, Attempt attempt) {
    private static final String ROW = "%8s  %-15s  %-7s  %-6s  %-17s  %s";
    static final String HEADER =
        ROW.formatted("time", "event", "attempt", "answer", "reason", "what next");

    String row() {
      int status = attempt.outcome().status();
      String answer = status == 0 ? "none" : "" + status;
      String reason =
          attempt.outcome() instanceof Outcome.Failed failed ? failed.reason().wireName() : "";
      String time = "%.1f s".formatted(seconds(delivery.acceptedAt(), end()));
      String count = attempt.number() + " of 4";
      return ROW.formatted(time, delivery.eventType(), count, answer, reason, whatNext());
    }

    private String whatNext() {
      return switch (delivery.state()) {
        case DELIVERED -> "delivered";
        case PENDING -> waits() ? "again in %.0f s".formatted(untilNext()) : "again at once";
        default -> "given up";
      };
    }

    boolean waits() {
      return untilNext() >= 0.5;
    }

    private double untilNext() {
      Instant due = delivery.nextAttempt();
      return due == null ? 0 : seconds(end(), due);
    }

    private static double seconds(Instant from, Instant to) {
      return Duration.between(from, to).toMillis() / 1000.0;
    }

    private Instant end() {
      return attempt.startedAt().plus(attempt.took());
    }
  }

  /** What One Horizon asks of a receiver, and what receivers do on a bad day. */
  private static final class Receiver implements AutoCloseable {
    private static final int LATE = 0; // no answer
    private static final int HANG_UP = -1; // no answer, and no connection either
    private final HttpServer server;
    volatile @Nullable Secret key;
    volatile boolean repaired;

    Receiver() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/hooks", this::handle);
      server.start();
    }

    String address() {
      return "localhost:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
      exchange.getRequestBody().readAllBytes();
      int status =
          switch (exchange.getRequestMethod()) {
            case "HEAD" -> 405; // so that GET has to verify
            case "GET" -> 204;
            default -> take(exchange.getRequestHeaders());
          };
      if (status > 0) {
        exchange.sendResponseHeaders(status, -1);
      }
      if (status != LATE) {
        exchange.close();
      }
    }

    private int take(Headers headers) {
      if (!Secret.of(headers.getFirst("X-One-Webhook-Key")).equals(key)) {
        return 401;
      }
      boolean isRetry = headers.containsKey("X-One-Retry-Num");
      return switch (headers.getFirst("X-One-Event-Type")) {
        case "task.updated" -> isRetry ? 204 : 500;
        case "comment.created" -> isRetry ? 204 : LATE;
        case "project.created" -> isRetry ? 204 : HANG_UP;
        case "comment.deleted" -> repaired ? 204 : 503;
        default -> 204;
      };
    }
  }
}
