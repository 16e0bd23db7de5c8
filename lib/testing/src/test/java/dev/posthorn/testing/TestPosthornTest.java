package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.Page;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestPosthornTest {

  private static void publish(TestPosthorn posthorn) {
    posthorn.publisher().publish("task.created", "tsk_1", Map.of("title", "secret title"));
  }

  @Test
  void aFailureIsTriedAgainAsTimePasses() {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      posthorn.receiver().answersHead(405).fails(2, 500).thenAccepts();
      Registration hook = posthorn.webhook("task.*");

      publish(posthorn);
      posthorn.settle();
      assertEquals(2, posthorn.receiver().requests().size(), "at once, and at once again");
      posthorn.advance(Duration.ofSeconds(59));
      assertEquals(0, posthorn.receiver().accepted().size());
      posthorn.advance(Duration.ofSeconds(1));

      Seen accepted = posthorn.receiver().accepted().get(0);
      assertEquals("2", accepted.header("X-One-Retry-Num"));
      assertEquals("tsk_1", accepted.event(Contracts.oneHorizon()).getSubject());
      assertEquals(
          "task.created",
          WebhookReceiver.of(Contracts.oneHorizon(), hook.secret().orElseThrow())
              .receive(accepted.headers(), accepted.body())
              .getType());
      assertEquals(
          DeliveryState.DELIVERED,
          posthorn.deliveries().of(hook.id(), Page.first(1)).items().get(0).state());
      assertEquals(2, posthorn.receiver().checks().size());
      assertEquals(TestPosthorn.START.plusSeconds(60), posthorn.time().instant());
      assertTrue(posthorn.posthorn().health().ok());
    }
  }

  @Test
  void oneAdvanceGoesThroughAllRetries() {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      posthorn.receiver().thenFails(503);
      Registration hook = posthorn.webhook();
      publish(posthorn);
      posthorn.advance(Duration.ofDays(1));
      assertEquals(4, posthorn.receiver().requests().size());
      assertEquals(
          DeliveryState.EXHAUSTED,
          posthorn.deliveries().of(hook.id(), Page.first(1)).items().get(0).state());
    }
  }

  @Test
  void aReceiverThatHangsCostsTheContractsTimeout() {
    var quick = Contracts.oneHorizon().timeout(Duration.ofMillis(200));
    try (TestPosthorn posthorn = TestPosthorn.start(quick)) {
      posthorn.webhook("task.*");
      posthorn.receiver().hangs(1).resets(1);
      publish(posthorn);
      posthorn.advance(Duration.ofMinutes(1));
      assertEquals("http_timeout", posthorn.receiver().request(2).header("X-One-Retry-Reason"));
      assertEquals(
          "connection_failed", posthorn.receiver().accepted().get(0).header("x-one-retry-reason"));
    }
  }

  @Test
  void twoResetsFailAnAttemptOnAConnectionThatWasKept() {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      posthorn.webhook("task.*");
      posthorn.receiver().resets(2);
      publish(posthorn);
      posthorn.settle();
      assertFalse(posthorn.receiver().request(2).has("X-One-Retry-Num"), "the same attempt");
      Seen retry = posthorn.receiver().accepted().get(0);
      assertEquals("1", retry.header("X-One-Retry-Num"));
      assertEquals("connection_failed", retry.header("X-One-Retry-Reason"));
    }
  }

  @Test
  void aReceiverThatAsksForAPauseGetsIt() {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      posthorn.webhook("task.*");
      posthorn.receiver().asksToRetryAfter(1, Duration.ofMinutes(10));
      publish(posthorn);
      posthorn.advance(Duration.ofMinutes(10).minusMillis(1));
      assertEquals(1, posthorn.receiver().requests().size());
      posthorn.advance(Duration.ofMillis(1));
      assertEquals(1, posthorn.receiver().accepted().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void receiversThatAreStartedLaterAreAllowed(String host) {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon());
        ScriptedReceiver later = ScriptedReceiver.start()) {
      String url = later.url().replace("127.0.0.1", host);
      Registration hook = posthorn.registry().register(WebhookSpec.to(url).allEvents());
      assertTrue(posthorn.registry().verify(hook.id()).verified());
      publish(posthorn);
      posthorn.settle();
      assertEquals(1, later.accepted().size());
      assertEquals(0, posthorn.receiver().connections());
      assertThrows(
          InvalidWebhookException.class,
          () -> posthorn.registry().register(WebhookSpec.to("http://10.0.0.1/")));
    }
  }

  @Test
  void aReceiverOfOnesOwnMayListenOnIpv6() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    InetAddress loopback = InetAddress.getByAddress(address);
    Set<String> methods = new ConcurrentSkipListSet<>();
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "the machine has IPv6");
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          methods.add(exchange.getRequestMethod());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      String url = "http://[::1]:" + server.getAddress().getPort() + "/";
      Registration hook = posthorn.registry().register(WebhookSpec.to(url).allEvents());
      assertTrue(posthorn.registry().verify(hook.id()).verified());
      publish(posthorn);
      posthorn.settle();
      assertEquals(Set.of("HEAD", "POST"), methods);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void everythingCanBeSetOtherwise() {
    Instant leapDay = Instant.parse("2028-02-29T23:59:59Z");
    ManualTime time = ManualTime.at(leapDay);
    InMemoryStore small = InMemoryStore.create(time).atMost(100);
    try (TestPosthorn posthorn =
        TestPosthorn.start(
            Contracts.oneHorizon(),
            time,
            builder ->
                builder.name("shop").store(small).limits(Limits.standard().eventBytes(1024)))) {
      Registration hook = posthorn.webhook("task.*");
      publish(posthorn);
      posthorn.settle();
      assertTrue(
          posthorn.receiver().request(1).text().contains("\"time\":\"2028-02-29T23:59:59Z\""));
      assertEquals(
          "/shop", posthorn.receiver().request(1).event(Contracts.oneHorizon()).getSource() + "");
      assertFalse(small.webhooks().find(hook.webhook().tenant(), hook.id()).isEmpty());
      assertThrows(
          InvalidEventException.class,
          () -> posthorn.publisher().publish("task.created", null, List.of("x".repeat(2000))));
    }
  }

  @Test
  void severalMayShareTheirTimeAndEndOneAfterTheOther() {
    ManualTime time = ManualTime.at(TestPosthorn.START);
    try (TestPosthorn first = TestPosthorn.start(Contracts.oneHorizon(), time, b -> b)) {
      try (TestPosthorn second = TestPosthorn.start(Contracts.oneHorizon(), time, b -> b)) {
        for (TestPosthorn one : List.of(first, second)) {
          one.receiver().fails(2, 500);
          one.webhook();
          publish(one);
        }
        time.advance(Duration.ofMinutes(1));
        assertEquals(1, first.receiver().accepted().size());
        assertEquals(1, second.receiver().accepted().size());
      }
      publish(first);
      first.advance(Duration.ofMinutes(1));
      assertEquals(2, first.receiver().accepted().size());
    }
  }

  @Test
  void whatDoesNotSettleIsTold() {
    try (TestPosthorn posthorn =
        TestPosthorn.start(
            Contracts.oneHorizon().timeout(Duration.ofMinutes(1)),
            ManualTime.at(TestPosthorn.START),
            builder -> builder,
            Duration.ofMillis(300))) {
      String hook = posthorn.webhook("task.*").id().toString();
      posthorn.receiver().waits(1);
      publish(posthorn);
      String event = posthorn.receiver().awaitRequests(1).get(0).header("X-One-Event-Id");

      AssertionError stuck = assertThrows(AssertionError.class, posthorn::settle);

      String expected =
          """
          not settled after 0 s, with 1 in flight.
          Posthorn at 2026-05-05T12:00:00Z:
            webhook %s [task.*]: Nothing stands in its way.
              PENDING task.created %s: It waits for its first attempt. Next attempt: NEXT.
          The receiver saw:
            HEAD /hooks, answered 204
            POST /hooks, not answered"""
              .formatted(hook, event);
      assertEquals(
          expected,
          String.valueOf(stuck.getMessage()).replaceAll("attempt: .*Z\\.", "attempt: NEXT."));
      assertThrows(AssertionError.class, () -> posthorn.advance(Duration.ZERO), "the same");
      posthorn.receiver().letGo();
      posthorn.settle();
    }
  }

  @Test
  void aWebhookThatCannotBeVerifiedIsToldAtOnce() {
    try (TestPosthorn posthorn = TestPosthorn.start(Contracts.oneHorizon())) {
      posthorn.receiver().answersHead(500);
      assertEquals(
          "the webhook could not be verified: HEAD answered 500; to test that, use"
              + " registry().register(...)",
          assertThrows(AssertionError.class, () -> posthorn.webhook("task.*")).getMessage());
    }
  }

  @Test
  void closingTakesNoTimeWhateverHangs() {
    TestPosthorn posthorn =
        TestPosthorn.start(Contracts.oneHorizon().timeout(Duration.ofMinutes(5)));
    posthorn.webhook("task.*");
    posthorn.receiver().hangs(1).thenWaits();
    publish(posthorn);
    publish(posthorn);
    posthorn.receiver().awaitRequests(2);
    assertTimeoutPreemptively(Duration.ofSeconds(4), posthorn::close);
    posthorn.close();
  }
}
