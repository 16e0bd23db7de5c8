package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RetrySchedule;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.Responder;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nothing is lost and nothing doubled, whatever fails and whoever hangs. */
class LoadTest {
  private static final int ATTEMPTS = 4;
  private static final Duration HANG = Duration.ofSeconds(60);
  private static final DeliveryContract AT_ONCE =
      Contracts.oneHorizon()
          .retries(RetrySchedule.after(Duration.ZERO, Duration.ZERO, Duration.ZERO))
          .verification(VerificationRule.NONE)
          .timeout(Duration.ofMinutes(2));

  /** What a receiver has seen of one event. */
  private static final class Tally {
    private int requests;
    private int accepted;
  }

  /** Fails three of ten attempts, always the same ones, and counts. */
  private static final class Flaky implements Responder {
    private final Map<String, Tally> tallies = new HashMap<>();
    private final CountDownLatch left;

    Flaky(int events) {
      left = new CountDownLatch(events);
    }

    /** Waits until each event has been accepted, or has failed for the last time. */
    void awaitEnds() throws InterruptedException {
      boolean all = left.await(HANG.toSeconds(), TimeUnit.SECONDS);
      assertTrue(all, () -> left.getCount() + " events did not come to their end");
    }

    @Override
    public synchronized Answer answer(Seen request) {
      String id = request.header("X-One-Event-Id");
      Tally tally = tallies.computeIfAbsent(id, unused -> new Tally());
      tally.requests++;
      long seed = id.hashCode() * 31L + tally.requests;
      boolean accepts = new SplittableRandom(seed).nextDouble() >= 0.3;
      tally.accepted += accepts ? 1 : 0;
      if (accepts || tally.requests == ATTEMPTS) {
        left.countDown();
      }
      return Answer.status(accepts ? 204 : 500);
    }
  }

  private static Posthorn posthorn() {
    return Posthorn.builder()
        .contract(AT_ONCE)
        .endpoints(EndpointPolicy.standard().allowLoopback())
        .build()
        .start();
  }

  private static void publish(Posthorn posthorn, int events) {
    for (int from = 0; from < events; from += 500) {
      posthorn
          .publisher()
          .publishAll(
              IntStream.range(from, Math.min(from + 500, events))
                  .mapToObj(i -> Rig.task("evt_" + i))
                  .toList());
    }
  }

  private static List<Delivery> all(Posthorn posthorn, WebhookId hook) {
    List<Delivery> all = new ArrayList<>();
    Page<Delivery> page = posthorn.deliveries().of(hook, Page.first(1000));
    all.addAll(page.items());
    while (page.next().isPresent()) {
      page = posthorn.deliveries().of(hook, Page.after(page.next().get(), 1000));
      all.addAll(page.items());
    }
    return all;
  }

  /** Every event has one delivery, which ended, and of which the receiver knows the same. */
  private static void assertExact(Posthorn posthorn, WebhookId hook, Flaky seen, int events) {
    List<Delivery> log = all(posthorn, hook);
    assertEquals(events, log.size(), "one delivery for each event");
    assertEquals(events, log.stream().map(one -> one.event().id()).distinct().count());
    synchronized (seen) {
      assertEquals(events, seen.tallies.size());
      for (Delivery one : log) {
        Tally tally = seen.tallies.getOrDefault(one.event().id(), new Tally());
        assertEquals(tally.requests, one.attempts(), one::toString);
        assertTrue(tally.requests <= ATTEMPTS, one::toString);
        if (one.state() == DeliveryState.DELIVERED) {
          assertEquals(1, tally.accepted, one::toString);
        } else {
          assertEquals(DeliveryState.EXHAUSTED, one.state(), one::toString);
          assertEquals(EndReason.RETRIES_USED_UP, one.ended(), one::toString);
          assertEquals(0, tally.accepted, one::toString);
          assertEquals(ATTEMPTS, tally.requests, one::toString);
        }
      }
    }
  }

  @Test
  void tenThousandEventsAreEachDeliveredOnceOrGivenUpAfterFourAttempts() throws Exception {
    Flaky flaky = new Flaky(10_000);
    try (ScriptedReceiver receiver = ScriptedReceiver.start().thenAnswersBy(flaky);
        Posthorn posthorn = posthorn()) {
      WebhookId hook =
          posthorn.registry().register(WebhookSpec.to(receiver.url()).allEvents()).id();
      publish(posthorn, 10_000);
      assertTrue(posthorn.drain(HANG), () -> "drained: " + posthorn.health());
      assertExact(posthorn, hook, flaky, 10_000);
      assertEquals(0, posthorn.health().lateResults());
    }
  }

  @Test
  void aHundredWebhooksGetAHundredEventsEachThoughSomeHang() throws Exception {
    CountDownLatch allowed = new CountDownLatch(1);
    List<ScriptedReceiver> receivers = new ArrayList<>();
    List<Flaky> tallies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Flaky flaky = new Flaky(100);
      tallies.add(flaky);
      boolean hangs = i % 10 == 0;
      Responder late =
          request -> {
            allowed.await();
            return flaky.answer(request);
          };
      receivers.add(ScriptedReceiver.start().thenAnswersBy(hangs ? late : flaky));
    }
    try (Posthorn posthorn = posthorn()) {
      List<WebhookId> hooks =
          receivers.stream()
              .map(to -> posthorn.registry().register(WebhookSpec.to(to.url()).allEvents()).id())
              .toList();
      publish(posthorn, 100);
      for (int i = 0; i < 100; i++) {
        if (i % 10 != 0) {
          tallies.get(i).awaitEnds();
        }
      }
      for (int i = 0; i < 100; i += 10) {
        assertTrue(
            all(posthorn, hooks.get(i)).stream().noneMatch(one -> one.state().ended()),
            "those that hang are still in flight, or wait");
      }
      allowed.countDown();
      assertTrue(posthorn.drain(HANG), () -> "drained: " + posthorn.health());
      for (int i = 0; i < 100; i++) {
        assertExact(posthorn, hooks.get(i), tallies.get(i), 100);
      }
    } finally {
      allowed.countDown();
      receivers.forEach(ScriptedReceiver::close);
    }
  }
}
