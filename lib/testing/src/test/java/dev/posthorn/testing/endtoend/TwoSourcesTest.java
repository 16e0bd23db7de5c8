package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.receiver.RecentEvents;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events of two sources with one id, under contracts whose bodies do not hold the source. */
class TwoSourcesTest {
  private static final String LONGEST_ID = "\u00e4".repeat(512);
  private static final String LONGEST_SOURCE = "/" + "%41".repeat(682) + "a";

  private final Queue<String> handled = new ConcurrentLinkedQueue<>();

  static List<DeliveryContract> presets() {
    return List.of(Contracts.signedJson(), Contracts.organisation());
  }

  private static CloudEvent event(String id, String source) {
    return CloudEventBuilder.v1(Rig.task(id)).withSource(URI.create(source)).build();
  }

  /** Registers a webhook for all tasks, whose receiver remembers what it has handled. */
  private void receive(Rig rig, DeliveryContract contract) {
    WebhookSpec spec = WebhookSpec.to(rig.receiver().url()).events("task.*");
    Secret key = rig.registry().register(spec).secret().orElseThrow();
    WebhookReceiver receiver =
        new OtherEnd(contract, rig.time)
            .knowing(key)
            .remembering(RecentEvents.atMost(100, rig.time));
    rig.receiver()
        .thenAnswersBy(
            OtherEnd.answering(
                receiver, event -> handled.add(event.getSource() + " " + event.getId())));
  }

  private static DeliveryId publish(Rig rig, CloudEvent event) {
    DeliveryId made = rig.publisher().publish(event).deliveries().get(0);
    rig.settle();
    return made;
  }

  @ParameterizedTest
  @MethodSource("presets")
  void bothAreHandledAndAReplayOfEitherIsNot(DeliveryContract contract) throws Exception {
    try (Rig rig = Rig.start(contract)) {
      receive(rig, contract);
      DeliveryId first = publish(rig, event("evt_1", "/shop/1"));
      DeliveryId second = publish(rig, event("evt_1", "/shop/2"));
      rig.log().replay(first);
      rig.settle();
      rig.log().replay(second);
      rig.settle();

      assertEquals(List.of("/shop/1 evt_1", "/shop/2 evt_1"), List.copyOf(handled));
      assertEquals(
          List.of("/shop/1", "/shop/2", "/shop/1", "/shop/2"),
          rig.receiver().requests().stream()
              .map(seen -> seen.header("X-Webhook-Event-Source"))
              .toList());
      assertEquals(
          List.of(200, 200, 200, 200),
          rig.receiver().requests().stream().map(Seen::status).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void theLongestIdAndSourceAreDelivered(DeliveryContract contract) throws Exception {
    try (Rig rig = Rig.start(contract)) {
      receive(rig, contract);
      DeliveryId id = publish(rig, event(LONGEST_ID, LONGEST_SOURCE));
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(List.of(LONGEST_SOURCE + " " + LONGEST_ID), List.copyOf(handled));
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void whatIsLongerIsRefusedWhenItIsPublished(DeliveryContract contract) throws Exception {
    try (Rig rig = Rig.start(contract)) {
      receive(rig, contract);
      CloudEvent longer = event("evt_1", LONGEST_SOURCE + "b");
      assertEquals(
          "source must have at most 2048 bytes in UTF-8: it has 2049",
          assertThrows(InvalidEventException.class, () -> rig.publisher().publish(longer))
              .getMessage());
      assertEquals(List.of(), rig.receiver().requests());
    }
  }
}
