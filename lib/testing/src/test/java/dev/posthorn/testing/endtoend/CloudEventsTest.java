package dev.posthorn.testing.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** CloudEvents Web Hooks over real sockets, in each of its modes. */
class CloudEventsTest {
  private static final byte[] DATA = "{ \"amount\":1.10 }".getBytes(UTF_8);
  private static final DeliveryContract CONTRACT = Contracts.cloudEvents("events.acme.example");

  @Test
  void everyModeArrivesDigitForDigitWithTheToken() throws Exception {
    for (BodyFormat mode :
        List.of(BodyFormats.structured(), BodyFormats.binary(), BodyFormats.batch())) {
      DeliveryContract contract = CONTRACT.named("own").body(mode);
      try (Rig rig = Rig.start(contract)) {
        ScriptedReceiver receiver = rig.receiver();
        rig.hook(WebhookSpec.to(receiver.url()).allEvents().secret(Secret.of("mF_9.B5f-4.1JqM")));
        rig.publisher().publish(event());
        rig.settle();

        Seen seen = receiver.requests().get(0);
        assertEquals("Bearer mF_9.B5f-4.1JqM", seen.header("Authorization"));
        assertEquals("events.acme.example", seen.header("WebHook-Request-Origin"));
        CloudEvent arrived = seen.event(contract);
        assertEquals("100% € \"sure\"", arrived.getSubject());
        assertEquals("", arrived.getExtension("empty"));
        assertArrayEquals(DATA, Objects.requireNonNull(arrived.getData()).toBytes());
      }
    }
  }

  @Test
  void a415EndsADeliveryAtOnceAndIsExplained() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().fails(1, 415);
      rig.hook(WebhookSpec.to(receiver.url()).allEvents());
      DeliveryId id = rig.publish("evt_1");

      assertEquals(DeliveryState.EXHAUSTED, rig.delivery(id).state());
      assertEquals(EndReason.PERMANENT_FAILURE, rig.delivery(id).ended());
      assertEquals(1, receiver.requests().size());
    }
  }

  private static CloudEvent event() {
    return CloudEventBuilder.v1()
        .withId("evt_1")
        .withType("task.updated")
        .withSource(URI.create(Rig.SOURCE))
        .withSubject("100% € \"sure\"")
        .withExtension("empty", "")
        .withData("application/json", DATA)
        .build();
  }
}
