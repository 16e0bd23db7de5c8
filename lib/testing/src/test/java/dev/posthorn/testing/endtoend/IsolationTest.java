package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Endpoints that hang cost those that answer nothing. */
class IsolationTest {
  private static final int EVENTS = 200;
  private static final DeliveryContract PATIENT =
      Contracts.oneHorizon().verification(VerificationRule.NONE).timeout(Duration.ofMinutes(2));

  /** Accepts, and counts. */
  private record Counting(CountDownLatch left, Answer answer) implements Answer {
    static Counting of(int requests) {
      return new Counting(new CountDownLatch(requests), Answer.status(204));
    }

    @Override
    public void to(Seen request, Socket connection) throws java.io.IOException {
      answer.to(request, connection);
      left.countDown();
    }
  }

  @Test
  void twentyThatHangDoNotKeepOneFromItsEvents() throws Exception {
    CountDownLatch allowed = new CountDownLatch(1);
    Counting healthy = Counting.of(1 + EVENTS);
    List<Receiver> receivers = new ArrayList<>();
    receivers.add(new Receiver().otherwise(healthy));
    for (int i = 0; i < 20; i++) {
      receivers.add(new Receiver().otherwise(Answer.after(allowed, Answer.status(204))));
    }
    try (Posthorn posthorn =
        Posthorn.builder()
            .contract(PATIENT)
            .endpoints(Rig.allowing(receivers.toArray(Receiver[]::new)))
            .build()
            .start()) {
      List<WebhookId> hooks = new ArrayList<>();
      for (Receiver receiver : receivers) {
        String type = hooks.isEmpty() ? "good.*" : "bad.*";
        hooks.add(posthorn.registry().register(WebhookSpec.to(receiver.url()).events(type)).id());
      }
      posthorn.publisher().publish(event("good.first", "first"));
      assertTrue(posthorn.settle(Rig.HANG), "one that has answered before");

      for (int i = 0; i < EVENTS; i++) {
        if (i < 10) {
          posthorn.publisher().publish(event("bad.news", "bad_" + i));
        }
        posthorn.publisher().publish(event("good.news", "good_" + i));
      }

      assertTrue(
          healthy.left().await(Rig.HANG.toSeconds(), TimeUnit.SECONDS),
          () -> healthy.left().getCount() + " of the healthy one's events did not come");
      assertTrue(posthorn.health().inFlight() > 0, "the others are still in flight");
      for (WebhookId hanging : hooks.subList(1, 21)) {
        List<Delivery> log = posthorn.deliveries().of(hanging, Page.first(100)).items();
        assertEquals(10, log.size());
        assertTrue(log.stream().allMatch(one -> one.state() == DeliveryState.PENDING));
      }
      allowed.countDown();
      assertTrue(posthorn.drain(Rig.HANG), () -> "drained: " + posthorn.health());
      for (Receiver hanging : receivers.subList(1, 21)) {
        assertEquals(10, hanging.posts().size(), "each exactly once");
      }
      assertEquals(1 + EVENTS, receivers.get(0).posts().size(), "each exactly once");
    } finally {
      allowed.countDown();
      for (Receiver receiver : receivers) {
        receiver.close();
      }
    }
  }

  private static CloudEvent event(String type, String id) {
    return CloudEventBuilder.v1(Rig.task(id)).withType(type).build();
  }
}
