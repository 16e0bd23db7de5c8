package dev.posthorn.testing;

import dev.posthorn.EventPublisher;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test with JUnit 5 a {@link TestPosthorn} of its own:
 *
 * <pre>{@code
 * @RegisterExtension
 * final PosthornExtension posthorn = PosthornExtension.with(Contracts.oneHorizon());
 *
 * @Test
 * void aTaskIsAnnouncedAlthoughTheReceiverIsDownForAMinute() {
 *   posthorn.receiver().fails(2, 503).thenAccepts();
 *   posthorn.webhook("task.*");
 *
 *   new Tasks(posthorn.publisher()).create("tsk_1");
 *   posthorn.advance(Duration.ofMinutes(1));
 *
 *   assertEquals("tsk_1", posthorn.receiver().accepted().get(0)
 *       .event(Contracts.oneHorizon()).getSubject());
 * }
 * }</pre>
 *
 * <p>Or {@code @ExtendWith(PosthornExtension.class)}, for One Horizon's contract. Methods of tests
 * may have parameters of the types {@link TestPosthorn}, {@link Posthorn}, {@link EventPublisher},
 * {@link WebhookRegistry}, {@link DeliveryLog}, {@link ScriptedReceiver} and {@link ManualTime}.
 *
 * <p>When a test fails, its failure carries what became of the default tenant's deliveries and what
 * the receiver saw, as a suppressed {@code WhatHappened}, which stack traces show. Neither keys nor
 * bodies are shown.
 *
 * <p>Safe with tests that run in parallel. The methods of a static field, and of one in a class of
 * {@code Lifecycle.PER_CLASS}, cannot tell such tests apart and refuse; parameters can.
 */
public final class PosthornExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Map<Class<?>, Function<TestPosthorn, Object>> PARAMETERS =
      Map.of(
          TestPosthorn.class, posthorn -> posthorn,
          Posthorn.class, TestPosthorn::posthorn,
          EventPublisher.class, TestPosthorn::publisher,
          WebhookRegistry.class, TestPosthorn::registry,
          DeliveryLog.class, TestPosthorn::deliveries,
          ScriptedReceiver.class, TestPosthorn::receiver,
          ManualTime.class, TestPosthorn::time);

  private final DeliveryContract contract;
  private final UnaryOperator<Posthorn.Builder> settings;
  private final Queue<TestPosthorn> running = new ConcurrentLinkedQueue<>();

  /** With One Horizon's contract; for {@code @ExtendWith}. */
  public PosthornExtension() {
    this(Contracts.oneHorizon(), builder -> builder);
  }

  private PosthornExtension(DeliveryContract contract, UnaryOperator<Posthorn.Builder> settings) {
    this.contract = contract;
    this.settings = settings;
  }

  /** With this contract, for a field with {@code @RegisterExtension}. */
  public static PosthornExtension with(DeliveryContract contract) {
    return new PosthornExtension(contract, builder -> builder);
  }

  /**
   * One like this with more of one's own, as in {@link TestPosthorn#start(DeliveryContract,
   * UnaryOperator)}. Applied anew for each test, after what was given by earlier calls.
   */
  public PosthornExtension configured(UnaryOperator<Posthorn.Builder> more) {
    return new PosthornExtension(contract, builder -> more.apply(settings.apply(builder)));
  }

  // --- what the running test has

  /**
   * What the running test has.
   *
   * @throws IllegalStateException if no test is running, or several are; so do all that follow
   */
  public TestPosthorn test() {
    TestPosthorn only = running.peek();
    if (only == null) {
      throw new IllegalStateException(
          "no test is running: a Posthorn is there from before @BeforeEach until after @AfterEach");
    }
    if (running.size() > 1) {
      throw new IllegalStateException(
          "several tests are running with this extension at once: make its field an instance field"
              + " of a class with a new instance for each test, or take a parameter of type"
              + " TestPosthorn");
    }
    return only;
  }

  /** As {@link TestPosthorn#posthorn}. */
  public Posthorn posthorn() {
    return test().posthorn();
  }

  /** As {@link TestPosthorn#registry}. */
  public WebhookRegistry registry() {
    return test().registry();
  }

  /** As {@link TestPosthorn#publisher}. */
  public EventPublisher publisher() {
    return test().publisher();
  }

  /** As {@link TestPosthorn#deliveries}. */
  public DeliveryLog deliveries() {
    return test().deliveries();
  }

  /** As {@link TestPosthorn#receiver}. */
  public ScriptedReceiver receiver() {
    return test().receiver();
  }

  /** As {@link TestPosthorn#time}. */
  public ManualTime time() {
    return test().time();
  }

  /** As {@link TestPosthorn#webhook}. */
  public Registration webhook(String... events) {
    return test().webhook(events);
  }

  /** As {@link TestPosthorn#settle}. */
  public void settle() {
    test().settle();
  }

  /** As {@link TestPosthorn#advance}. */
  public void advance(Duration by) {
    test().advance(by);
  }

  // --- for JUnit

  @Override
  public void beforeEach(ExtensionContext context) {
    TestPosthorn started = TestPosthorn.start(contract, settings);
    running.add(started);
    store(context).put(TestPosthorn.class, started);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestPosthorn ended = store(context).remove(TestPosthorn.class, TestPosthorn.class);
    if (ended == null) {
      return; // it never started
    }
    running.remove(ended);
    try (ended) {
      context.getExecutionException().ifPresent(failure -> WhatHappened.explain(failure, ended));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestPosthorn current = store(context).get(TestPosthorn.class, TestPosthorn.class);
    Class<?> type = parameter.getParameter().getType();
    if (current == null) {
      throw new ParameterResolutionException(
          "there is a new Posthorn for each test: a "
              + type.getSimpleName()
              + " can be a parameter of a test, of @BeforeEach and of @AfterEach only");
    }
    return PARAMETERS.getOrDefault(type, posthorn -> posthorn).apply(current);
  }

  private ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(PosthornExtension.class, this));
  }
}
