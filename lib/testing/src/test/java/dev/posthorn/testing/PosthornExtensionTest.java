package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.posthorn.EventPublisher;
import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.Limits;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs the classes at its end, which nobody else runs. */
class PosthornExtensionTest {
  private static final String KEY = "canary-key-2b7c";

  private static EngineExecutionResults run(Class<?> sample) {
    return EngineTestKit.engine(new JupiterTestEngine())
        .selectors(selectClass(sample))
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .execute();
  }

  private static void assertAllPass(Class<?> sample, int tests) {
    Events events = run(sample).testEvents();
    assertEquals(List.of(), failures(events).stream().map(PosthornExtensionTest::printed).toList());
    assertEquals(tests, events.succeeded().count());
  }

  private static Throwable onlyFailure(Class<?> sample) {
    List<Throwable> failures = failures(run(sample).testEvents());
    assertEquals(1, failures.size());
    return failures.get(0);
  }

  private static List<Throwable> failures(Events events) {
    return events.failed().stream()
        .map(event -> event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .toList();
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void eachTestHasItsOwnAlsoInParallel() {
    assertAllPass(InAField.class, 12);
  }

  @Test
  void parametersAreOfTheSamePosthornAsTheMethods() {
    assertAllPass(WithParameters.class, 2);
  }

  @Test
  void parametersOfAStaticFieldAreSafeInParallelAndItsMethodsRefuse() {
    assertAllPass(InAStaticField.class, 2);
  }

  @Test
  void theInstanceIsConfiguredAnewForEachTest() {
    assertAllPass(Configured.class, 1);
  }

  @Test
  void outsideOfATestThereIsNone() {
    PosthornExtension extension = PosthornExtension.with(Contracts.oneHorizon());
    assertEquals(
        "no test is running: a Posthorn is there from before @BeforeEach until after @AfterEach",
        assertThrows(IllegalStateException.class, extension::receiver).getMessage());
  }

  @Test
  void aConstructorCannotHaveOne() {
    String message = String.valueOf(onlyFailure(InAConstructor.class).getMessage());
    assertEquals(
        "there is a new Posthorn for each test: a TestPosthorn can be a parameter of a test, of"
            + " @BeforeEach and of @AfterEach only",
        message);
  }

  @Test
  void aFailureTellsWhatHappenedAndNoSecret() {
    Throwable failure = onlyFailure(Failing.class);
    assertEquals("the task was not announced", failure.getMessage());
    String story = String.valueOf(failure.getSuppressed()[0].getMessage());
    assertEquals(
        """
        Posthorn at 2026-05-05T12:01:00Z:
          webhook ID [task.*]: Nothing stands in its way.
            PENDING task.created EVENT: It waits for another attempt. Attempt 3: the endpoint\
         answered 500. Next attempt: 2026-05-05T12:06:00Z.
        The receiver saw:
          HEAD /hooks?..., answered 204
          POST /hooks?..., answered 500
          POST /hooks?..., not answered
          POST /hooks?..., answered 500
          POST /hooks?..., answered 500""",
        story.replaceAll("webhook \\S+", "webhook ID").replaceAll("evt_\\S+:", "EVENT:"));
    String all = printed(failure);
    assertTrue(all.contains("Suppressed: dev.posthorn.testing.WhatHappened: Posthorn at"), all);
    assertFalse(all.contains("canary"), all);
  }

  @Test
  void aFailureBeforeAnythingHappenedIsToldToo() {
    Throwable failure = onlyFailure(FailingEarly.class);
    assertEquals(
        """
        Posthorn at 2026-05-05T12:00:00Z:
          the default tenant has no webhook
        The receiver saw nothing""",
        failure.getSuppressed()[0].getMessage());
  }

  static class InAField {
    @RegisterExtension
    final PosthornExtension posthorn = PosthornExtension.with(Contracts.oneHorizon());

    @RepeatedTest(12)
    void aTaskIsAnnouncedAlthoughTheReceiverIsDownForAMinute() {
      posthorn.receiver().fails(2, 503).thenAccepts();
      posthorn.webhook("task.*");
      posthorn.publisher().publish("task.created", "tsk_1", Map.of());
      posthorn.settle();
      assertEquals(2, posthorn.receiver().requests().size());
      posthorn.advance(Duration.ofMinutes(1));
      Seen accepted = posthorn.receiver().accepted().get(0);
      assertEquals("tsk_1", accepted.event(Contracts.oneHorizon()).getSubject());
      assertEquals(TestPosthorn.START.plusSeconds(60), posthorn.time().instant());
      assertTrue(posthorn.posthorn().health().ok());
      assertSame(posthorn.registry(), posthorn.test().registry());
      assertSame(posthorn.deliveries(), posthorn.test().deliveries());
    }
  }

  @ExtendWith(PosthornExtension.class)
  static class WithParameters {
    private TestPosthorn before;

    WithParameters() {}

    @BeforeEach
    void keep(TestPosthorn posthorn) {
      before = posthorn;
    }

    @Test
    void all(
        TestPosthorn test,
        Posthorn posthorn,
        EventPublisher publisher,
        WebhookRegistry registry,
        DeliveryLog deliveries,
        ScriptedReceiver receiver,
        ManualTime time) {
      assertSame(before, test);
      assertSame(test.posthorn(), posthorn);
      assertSame(test.publisher(), publisher);
      assertSame(test.registry(), registry);
      assertSame(test.deliveries(), deliveries);
      assertSame(test.receiver(), receiver);
      assertSame(test.time(), time);
    }

    @Test
    void none() {
      assertEquals(0, before.receiver().connections());
    }

    @AfterEach
    void stillThere(TestPosthorn posthorn) {
      assertSame(before, posthorn);
      posthorn.webhook();
    }
  }

  static class InAStaticField {
    @RegisterExtension
    static final PosthornExtension POSTHORN = PosthornExtension.with(Contracts.oneHorizon());

    private static final CyclicBarrier BOTH = new CyclicBarrier(2);

    @Test
    void one(TestPosthorn mine) throws Exception {
      refuses(mine);
    }

    @Test
    void other(TestPosthorn mine) throws Exception {
      refuses(mine);
    }

    private static void refuses(TestPosthorn mine) throws Exception {
      BOTH.await(30, TimeUnit.SECONDS);
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> POSTHORN.webhook("task.*"));
      assertEquals(
          "several tests are running with this extension at once: make its field an instance field"
              + " of a class with a new instance for each test, or take a parameter of type"
              + " TestPosthorn",
          refused.getMessage());
      mine.webhook("task.*");
      mine.publisher().publish("task.created", null, Map.of());
      mine.settle();
      assertEquals(1, mine.receiver().requests().size());
      BOTH.await(30, TimeUnit.SECONDS);
    }
  }

  static class Configured {
    @RegisterExtension
    final PosthornExtension posthorn =
        PosthornExtension.with(Contracts.oneHorizon())
            .configured(builder -> builder.name("first").limits(Limits.standard().eventBytes(1024)))
            .configured(builder -> builder.name("second"));

    @Test
    void bothCount() {
      posthorn.webhook();
      posthorn.publisher().publish("task.created", null, Map.of());
      posthorn.settle();
      assertTrue(posthorn.receiver().request(1).text().contains("\"source\":\"/second\""));
      assertThrows(
          InvalidEventException.class,
          () -> posthorn.publisher().publish("a.b", null, List.of("x".repeat(2000))));
      assertNotSame(posthorn, posthorn.configured(builder -> builder));
    }
  }

  @ExtendWith(PosthornExtension.class)
  static class InAConstructor {
    InAConstructor(TestPosthorn tooEarly) {
      assertTrue(tooEarly.posthorn().health().ok());
    }

    @Test
    void neverRuns() {}
  }

  static class Failing {
    @RegisterExtension
    final PosthornExtension posthorn = PosthornExtension.with(Contracts.oneHorizon());

    @Test
    void fails() {
      posthorn.receiver().answers(1, 500, "canary-answer").resets(1).thenFails(500);
      String url = posthorn.receiver().url("/hooks?token=canary-query");
      WebhookSpec spec = WebhookSpec.to(url).events("task.*").secret(Secret.of(KEY));
      posthorn.registry().verify(posthorn.registry().register(spec).id());
      posthorn.publisher().publish("task.created", null, Map.of("title", "canary-data"));
      posthorn.advance(Duration.ofMinutes(1));
      fail("the task was not announced");
    }
  }

  @ExtendWith(PosthornExtension.class)
  static class FailingEarly {
    @BeforeEach
    void fails() {
      fail("early");
    }

    @Test
    void neverRuns() {}
  }
}
