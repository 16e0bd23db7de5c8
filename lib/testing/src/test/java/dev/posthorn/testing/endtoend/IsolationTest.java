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
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Endpoints that hang cost those that answer nothing. */
class IsolationTest {
  private static final int EVENTS = 200;
  private static final DeliveryContract PATIENT =
      Contracts.oneHorizon().verification(VerificationRule.NONE).timeout(Duration.ofMinutes(2));

  @Test
  void twentyThatHangDoNotKeepOneFromItsEvents() throws Exception {
    ScriptedReceiver healthy = ScriptedReceiver.start();
    List<ScriptedReceiver> receivers = new ArrayList<>(List.of(healthy));
    for (int i = 0; i < 20; i++) {
      receivers.add(ScriptedReceiver.start().thenWaits());
    }
    try (Posthorn posthorn =
        Posthorn.builder()
            .contract(PATIENT)
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .build()
            .start()) {
      List<WebhookId> hooks = new ArrayList<>();
      for (ScriptedReceiver receiver : receivers) {
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

      healthy.awaitRequests(1 + EVENTS);
      assertTrue(posthorn.health().inFlight() > 0, "the others are still in flight");
      for (WebhookId hanging : hooks.subList(1, 21)) {
        List<Delivery> log = posthorn.deliveries().of(hanging, Page.first(100)).items();
        assertEquals(10, log.size());
        assertTrue(log.stream().allMatch(one -> one.state() == DeliveryState.PENDING));
      }
      receivers.forEach(ScriptedReceiver::letGo);
      assertTrue(posthorn.drain(Rig.HANG), () -> "drained: " + posthorn.health());
      for (ScriptedReceiver hanging : receivers.subList(1, 21)) {
        assertEquals(10, hanging.accepted().size(), "each exactly once");
      }
      assertEquals(1 + EVENTS, healthy.accepted().size(), "each exactly once");
    } finally {
      receivers.forEach(ScriptedReceiver::close);
    }
  }

  private static CloudEvent event(String type, String id) {
    return CloudEventBuilder.v1(Rig.task(id)).withType(type).build();
  }
}
