package dev.posthorn.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every preset on a real PostgreSQL and over real sockets. Its clock and the node's are moved
 * together to shortly before what the log says is due.
 */
@SuppressWarnings("NullAway.Init") // set before the tests
class PresetsOnPostgresTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration SHORTLY = Duration.ofMillis(300);
  private static final String ORIGIN = "events.acme.example";

  private static PostgresDatabase database;

  /** The system's time, and as much more as has been let pass. */
  private static final class Moved extends Clock {
    private static final Clock SYSTEM = tick(systemUTC(), Duration.ofNanos(1_000));
    private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);

    void pass(Duration time) {
      passed.accumulateAndGet(time, Duration::plus);
    }

    @Override
    public Instant instant() {
      return SYSTEM.instant().plus(passed.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("nobody asks for a zone");
    }
  }

  private final Moved clock = new Moved();
  private final List<Instant> arrivals = new CopyOnWriteArrayList<>();
  private ScriptedReceiver receiver;
  private Posthorn node;

  @BeforeAll
  static void startServer() {
    database = new PostgresDatabase("presets");
  }

  @AfterAll
  static void stopServer() throws IOException {
    database.close();
  }

  @BeforeEach
  void start() {
    receiver = ScriptedReceiver.start();
    receiver.answersOptions(Answer.status(200).header("WebHook-Allowed-Origin", ORIGIN));
  }

  @AfterEach
  void stop() {
    receiver.close(); // first, so that nothing hangs
    node.close();
  }

  static Stream<DeliveryContract> presets() {
    return Stream.of(Contracts.class.getMethods())
        .filter(method -> method.getReturnType() == DeliveryContract.class)
        .sorted(Comparator.comparing(Method::getName))
        .map(PresetsOnPostgresTest::made);
  }

  /** Whatever a preset wants to be told is the name of the sender. */
  private static DeliveryContract made(Method preset) {
    try {
      Object[] names = Stream.of(preset.getParameterTypes()).map(type -> ORIGIN).toArray();
      return (DeliveryContract) preset.invoke(null, names);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException("this test must learn to make " + preset, e);
    }
  }

  private Posthorn node(DeliveryContract preset, JdbcStore store) {
    return Posthorn.builder()
        .contract(preset)
        .clock(clock)
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .store(store)
        .build()
        .start();
  }

  private static CloudEvent event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/tests"))
        .withType("task.created")
        .withData("application/json", "{\"n\":1.10}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  private DeliveryId publish(String id) {
    return node.publisher().publish(event(id)).deliveries().get(0);
  }

  private DeliveryState state(DeliveryId id) {
    return node.deliveries().explain(id).delivery().state();
  }

  private List<Attempt> attempts(DeliveryId id) {
    List<Attempt> oldestFirst = new ArrayList<>(node.deliveries().explain(id).attempts());
    oldestFirst.sort(Comparator.comparing(Attempt::number));
    return oldestFirst;
  }

  private static void await(String what, BooleanSupplier condition) {
    long limit = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < limit, what);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private void awaitState(DeliveryId id, DeliveryState wanted) {
    await(id + " becomes " + wanted, () -> state(id) == wanted);
  }

  /** The node's clock first: no moment of its own is before one of the database's. */
  private void pass(Duration time) {
    clock.pass(time);
    database.pass(time);
  }

  /** Lets time pass after a failed attempt until shortly before the next, and awaits that. */
  private void awaitRetry(DeliveryContract preset, DeliveryId id, int failed) {
    await("attempt " + failed + " is logged", () -> attempts(id).size() >= failed);
    Duration delay = delayAfter(preset, failed);
    if (!delay.isZero()) {
      Instant due = Objects.requireNonNull(node.deliveries().explain(id).nextAttempt(), "due");
      Instant last = attempts(id).get(failed - 1).startedAt();
      assertFalse(due.isBefore(last.plus(delay.multipliedBy(9).dividedBy(10))), () -> "" + due);
      assertFalse(due.isAfter(clock.instant().plus(delay.multipliedBy(11).dividedBy(10))));
      Duration wait = Duration.between(clock.instant(), due).minus(SHORTLY);
      pass(wait.isNegative() ? Duration.ZERO : wait);
      awaitArrivals(failed + 1);
      assertFalse(arrivals.get(failed).isBefore(due), () -> "due at " + due + ": " + arrivals);
    }
    awaitArrivals(failed + 1);
  }

  private void awaitArrivals(int count) {
    await(count + " requests come", () -> arrivals.size() >= count);
  }

  private static Duration delayAfter(DeliveryContract preset, int attempt) {
    Outcome.Failed failure = Outcome.Failed.status(503, null);
    RandomGenerator neitherSoonerNorLater = () -> Long.MIN_VALUE; // a half, as a fraction
    return preset
        .retries()
        .delayAfter(attempt, Duration.ZERO, failure, neitherSoonerNorLater)
        .orElseThrow();
  }

  /** Notes when a request came, and answers only if the preset's own receiver takes it. */
  private Answer taken(DeliveryContract preset, Secret key, Seen seen, int status) {
    arrivals.add(clock.instant());
    CloudEvent read =
        WebhookReceiver.of(preset, key).clock(clock).receive(seen.headers(), seen.body());
    assertEquals("task.created", read.getType());
    return Answer.status(status);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void isDeliveredRetriedWhenDueAndLogged(DeliveryContract preset) {
    node = node(preset, database.fresh());
    Registration hook =
        node.registry().register(WebhookSpec.to(receiver.url()).events("task.created"));
    Secret key = hook.secret().orElseThrow();
    Verification check = node.registry().verify(hook.id());
    assertTrue(check.verified(), check::detail);
    node.close();

    node = node(preset, database.store());
    assertEquals(
        check, node.registry().find(hook.id()).orElseThrow().verification(), "after a restart");
    receiver.thenAnswersBy(seen -> taken(preset, key, seen, arrivals.size() < 2 ? 503 : 200));
    DeliveryId id = publish("evt_1");
    awaitArrivals(1);
    awaitRetry(preset, id, 1);
    awaitRetry(preset, id, 2);
    awaitState(id, DeliveryState.DELIVERED);

    List<Attempt> log = attempts(id);
    assertEquals(List.of(1, 2, 3), log.stream().map(Attempt::number).toList());
    assertEquals(List.of(503, 503, 200), log.stream().map(one -> one.outcome().status()).toList());
    for (int i = 0; i < 3; i++) {
      Seen seen = receiver.request(i + 1);
      Attempt attempt = log.get(i);
      assertFalse(attempt.startedAt().isAfter(arrivals.get(i)), "begun before it came");
      assertTrue(attempt.took().toNanos() > 0);
      assertArrayEquals(receiver.request(1).body(), seen.body());
      seen.headers().keySet().stream()
          .filter(name -> name.toLowerCase(Locale.ROOT).endsWith("-timestamp"))
          .forEach(
              name ->
                  assertEquals(
                      String.valueOf(attempt.startedAt().getEpochSecond()), seen.header(name)));
    }
    if (receiver.request(1).has("webhook-signature")) {
      long proofs =
          receiver.requests().stream()
              .map(seen -> seen.header("webhook-signature"))
              .distinct()
              .count();
      assertEquals(3, proofs, "signed anew where the time is signed");
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void isDisabledOnlyWhereItSaysSoAndHoldsUntilItIsEnabled(DeliveryContract preset) {
    node = node(preset, database.fresh());
    Registration hook =
        node.registry().register(WebhookSpec.to(receiver.url()).events("task.created"));
    Secret key = hook.secret().orElseThrow();
    node.registry().verify(hook.id());
    receiver.thenAnswersBy(seen -> taken(preset, key, seen, 410));
    DeliveryId first = publish("evt_1");
    awaitArrivals(1);
    if (!preset.disable().onGone() && preset.disable().onExhausted()) {
      for (int failed = 1; failed < preset.retries().maxAttempts(); failed++) {
        assertTrue(node.registry().find(hook.id()).orElseThrow().enabled());
        awaitRetry(preset, first, failed);
      }
      awaitState(first, DeliveryState.EXHAUSTED);
    } else if (preset.disable().onGone()) {
      awaitState(first, DeliveryState.HELD);
    }
    boolean disables = preset.disable().onGone() || preset.disable().onExhausted();
    assertEquals(!disables, node.registry().find(hook.id()).orElseThrow().enabled());
    if (disables) {
      isHeldAndResumed(preset, key, hook.id(), first);
    } else {
      receiver.thenAnswersBy(seen -> taken(preset, key, seen, 200));
      awaitRetry(preset, first, 1);
      awaitState(first, DeliveryState.DELIVERED);
    }
  }

  private void isHeldAndResumed(
      DeliveryContract preset, Secret key, WebhookId hook, DeliveryId first) {
    assertNotNull(node.registry().find(hook).orElseThrow().disabled());
    int came = receiver.requests().size();
    DeliveryId second = publish("evt_2");
    pass(Duration.ofHours(1));
    node.close();

    node = node(preset, database.store());
    assertEquals(DeliveryState.HELD, state(second), "after a restart too");
    assertEquals(came, receiver.requests().size());
    receiver.thenAnswersBy(seen -> taken(preset, key, seen, 200));
    DeliveryState before = state(first);
    node.registry().enable(hook, Backlog.resume());
    awaitState(second, DeliveryState.DELIVERED);
    if (before == DeliveryState.EXHAUSTED) {
      node.deliveries().replay(first);
    }
    awaitState(first, DeliveryState.DELIVERED);
  }
}
