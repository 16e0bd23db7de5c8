package dev.posthorn.testing;

import dev.posthorn.EventPublisher;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * A whole Posthorn for one test: the real engine and real sockets, with its store in memory, a
 * receiver that follows a script, and time that passes when the test says so.
 *
 * <pre>{@code
 * try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
 *   posthorn.receiver().fails(2, 500).thenAccepts();
 *   posthorn.webhook("task.*");
 *
 *   shop.createTask();                         // the code under test, which uses publisher()
 *   posthorn.advance(Duration.ofMinutes(1));   // the second retry
 *
 *   assertEquals(1, posthorn.receiver().accepted().size());
 * }
 * }</pre>
 *
 * <p>Only the waiting between attempts is pretended. What a receiver does during one takes real
 * time: one that hangs costs the contract's whole timeout, so give such a test a shorter one,
 * {@code Contracts.oneHorizon().timeout(Duration.ofMillis(200))}.
 *
 * <p>Webhooks may point to {@code localhost} and loopback addresses on any port, see {@link
 * EndpointPolicy#allowLoopback}. For tests with JUnit see {@link PosthornExtension}. Thread-safe;
 * one thread at a time advances.
 */
public final class TestPosthorn implements AutoCloseable {
  /** When time begins unless a test says otherwise: noon of 5 May 2026, UTC. */
  public static final Instant START = Instant.parse("2026-05-05T12:00:00Z");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ManualTime time;
  private final Posthorn posthorn;
  private final ScriptedReceiver receiver;
  private final Duration patience;
  private volatile boolean closed;

  private TestPosthorn(
      DeliveryContract contract,
      ManualTime time,
      UnaryOperator<Posthorn.Builder> settings,
      Duration patience) {
    this.time = time;
    this.patience = patience;
    Posthorn.Builder builder =
        Posthorn.builder()
            .name("test")
            .contract(contract)
            .clock(time)
            .scheduler(time)
            .store(InMemoryStore.create(time))
            .endpoints(EndpointPolicy.standard().allowLoopback());
    posthorn = settings.apply(builder).build();
    receiver = ScriptedReceiver.start();
    time.onStep(this::settleUnlessClosed);
    posthorn.start();
  }

  /** Starts one with a contract, at {@link #START}. */
  public static TestPosthorn start(DeliveryContract contract) {
    return start(contract, builder -> builder);
  }

  /**
   * Starts one with more of one's own, for example {@code builder -> builder.limits(...)}. What is
   * set there counts instead of what this class would set: other endpoints must allow the receiver,
   * and a store of one's own has to go by the same time, for which there is {@link
   * #start(DeliveryContract, ManualTime, UnaryOperator)}.
   */
  public static TestPosthorn start(
      DeliveryContract contract, UnaryOperator<Posthorn.Builder> settings) {
    return start(contract, ManualTime.at(START), settings);
  }

  /**
   * Starts one whose time the test has made: one that begins at another instant, that a store of
   * the test's own goes by, or that is shared by several.
   */
  public static TestPosthorn start(
      DeliveryContract contract, ManualTime time, UnaryOperator<Posthorn.Builder> settings) {
    return start(contract, time, settings, PATIENCE);
  }

  static TestPosthorn start(
      DeliveryContract contract,
      ManualTime time,
      UnaryOperator<Posthorn.Builder> settings,
      Duration patience) {
    return new TestPosthorn(contract, time, settings, patience);
  }

  /** The instance itself, started. */
  public Posthorn posthorn() {
    return posthorn;
  }

  /** Where webhooks are registered. */
  public WebhookRegistry registry() {
    return posthorn.registry();
  }

  /** Where events are published: what the code under test is to be given. */
  public EventPublisher publisher() {
    return posthorn.publisher();
  }

  /** What became of deliveries, and why. */
  public DeliveryLog deliveries() {
    return posthorn.deliveries();
  }

  /** The time that the engine and the store go by. */
  public ManualTime time() {
    return time;
  }

  /**
   * A receiver that is there from the start, and accepts everything unless it is told otherwise.
   * For a second one see {@link ScriptedReceiver#start}.
   */
  public ScriptedReceiver receiver() {
    return receiver;
  }

  /**
   * Registers a webhook of the default tenant to {@link #receiver}, and verifies it.
   *
   * @param events which events it wants, for example {@code task.*}; none means all
   * @throws AssertionError if the receiver does not let itself be verified
   */
  public Registration webhook(String... events) {
    WebhookSpec spec = WebhookSpec.to(receiver.url());
    Registration made =
        registry().register(events.length == 0 ? spec.allEvents() : spec.events(events));
    Verification check = registry().verify(made.id());
    if (!check.verified()) {
      throw new AssertionError(
          "the webhook could not be verified: "
              + check.detail()
              + "; to test that, use registry().register(...)");
    }
    return made;
  }

  /**
   * Waits until nothing is being sent and nothing is due now; what waits for a later retry does not
   * count.
   *
   * @throws AssertionError if that does not happen within 30 seconds of real time; the message says
   *     what is still under way
   */
  public void settle() {
    if (!posthorn.settle(patience)) {
      throw new AssertionError(
          "not settled after %d s, with %d in flight.%n%s"
              .formatted(patience.toSeconds(), posthorn.health().inFlight(), story()));
    }
  }

  /**
   * Lets time pass. It stops at each instant at which something is due, sends that, and goes on, so
   * that one call goes through any number of retries.
   *
   * @param by zero or more
   * @throws IllegalArgumentException if it is negative
   * @throws AssertionError if at one of the instants it does not settle, see {@link #settle}
   */
  public void advance(Duration by) {
    time.advance(by);
  }

  /** All deliveries and all requests, for a person. */
  String story() {
    return Story.of(posthorn, time.instant(), receiver);
  }

  /**
   * Ends it. What is not sent by then is not sent any more, and what hangs is cut off, so that it
   * takes no time. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    posthorn.stop();
    receiver.close();
    posthorn.close();
  }

  private void settleUnlessClosed() {
    if (!closed) {
      settle();
    }
  }
}
