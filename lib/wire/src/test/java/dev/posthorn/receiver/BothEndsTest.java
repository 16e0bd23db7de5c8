package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BothEndsTest {
  private static final Secret KEY = Secret.of("k, e\"y");

  @Provide
  Arbitrary<CloudEvent> events() {
    return Events.any();
  }

  @Property(tries = 1000)
  void anEventArrivesAsItWasSent(@ForAll("events") CloudEvent sent) {
    DeliveryContract contract = Contracts.oneHorizon();

    Arrived.assertSame(sent, arrived(contract, Request.of(contract, sent, KEY)));
  }

  @Property(tries = 100)
  void alsoUnderAnotherPrefix(@ForAll("events") CloudEvent sent) {
    DeliveryContract contract = Contracts.oneHorizon().named("acme").headerPrefix("X-Acme-");
    Request request = Request.of(contract, sent, KEY);

    Arrived.assertSame(sent, arrived(contract, request));
    request.with("X-Acme-Event-Id", sent.getId() + "2");
    assertEquals(
        "Reply[400: X-Acme-Event-Id is not the id of the event in the body]",
        request.post(WebhookReceiver.of(contract, KEY), event -> {}).toString());
  }

  @Test
  void whatAnotherLibraryWritesArrives() {
    CloudEvent sent =
        CloudEventBuilder.v1()
            .withId("evt_1")
            .withType("task.updated")
            .withSource(URI.create("/a"))
            .withExtension("number", 7)
            .withData("application/octet-stream", new byte[] {0, -1})
            .build();
    Request request = Request.usual().body(new JsonFormat().serialize(sent));
    request.with("X-One-Webhook-Key", KEY.reveal());

    CloudEvent event = arrived(Contracts.oneHorizon(), request);

    assertEquals("evt_1", event.getId());
    assertEquals(7, event.getExtension("number"));
    assertArrayEquals(new byte[] {0, -1}, event.getData().toBytes());
    assertNull(event.getTime(), "a time may be missing, and is not made up");
  }

  private static CloudEvent arrived(DeliveryContract contract, Request request) {
    List<CloudEvent> handled = new ArrayList<>();
    Reply reply = request.post(WebhookReceiver.of(contract, KEY), handled::add);
    assertEquals("Reply[200: received]", reply.toString());
    assertEquals(1, handled.size());
    return handled.get(0);
  }
}
