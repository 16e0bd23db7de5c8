package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.EventPublisher;
import dev.posthorn.Posthorn;
import dev.posthorn.Published;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.testing.ManualTime;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A whole Posthorn: real sockets, the store in memory, and time by hand. Only waiting is pretended.
 */
final class Rig implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-05-05T12:00:00Z");
  static final Duration HANG = Duration.ofSeconds(30);
  static final String SOURCE = "onehorizon/workspaces/w_1";

  /** Nobody listens there. */
  static final String CLOSED = "127.0.0.1:1";

  final ManualTime time = ManualTime.at(NOON);
  final InMemoryStore store;
  final Posthorn posthorn;

  private Rig(
      DeliveryContract contract, UnaryOperator<Posthorn.Builder> settings, EndpointPolicy policy) {
    store = InMemoryStore.create(time);
    Posthorn.Builder builder =
        Posthorn.builder()
            .name("rig")
            .contract(contract)
            .clock(time)
            .scheduler(time)
            .store(store)
            .endpoints(policy);
    posthorn = settings.apply(builder).build();
    time.onStep(this::settle);
    posthorn.start();
  }

  /** With One Horizon's contract as it is. */
  static Rig to(Receiver... receivers) {
    return with(Contracts.oneHorizon(), receivers);
  }

  static Rig with(DeliveryContract contract, Receiver... receivers) {
    return with(contract, builder -> builder, receivers);
  }

  static Rig with(
      DeliveryContract contract, UnaryOperator<Posthorn.Builder> settings, Receiver... receivers) {
    return new Rig(contract, settings, allowing(receivers));
  }

  static EndpointPolicy allowing(Receiver... receivers) {
    EndpointPolicy policy = EndpointPolicy.standard().allow(CLOSED);
    for (Receiver receiver : receivers) {
      policy = policy.allow(receiver.address());
    }
    return policy;
  }

  WebhookRegistry registry() {
    return posthorn.registry();
  }

  EventPublisher publisher() {
    return posthorn.publisher();
  }

  DeliveryLog log() {
    return posthorn.deliveries();
  }

  /** Registers a webhook for all tasks, and verifies it. */
  Registration hook(Receiver receiver) {
    return hook(WebhookSpec.to(receiver.url()).events("task.*"));
  }

  Registration hook(WebhookSpec spec) {
    Registration made = registry().register(spec);
    assertTrue(registry().verify(made.id()).verified(), "the endpoint answers");
    return made;
  }

  /** Publishes an event of type {@code task.updated} that somebody wants, and lets it go. */
  DeliveryId publish(String id) {
    Published published = publisher().publish(task(id));
    assertTrue(published.accepted(), () -> "accepted: " + published);
    settle();
    return published.deliveries().get(0);
  }

  void settle() {
    assertTrue(posthorn.settle(HANG), "what is due is sent");
  }

  void advance(Duration by) {
    time.advance(by);
  }

  Explanation explain(DeliveryId id) {
    return log().explain(id);
  }

  Delivery delivery(DeliveryId id) {
    return explain(id).delivery();
  }

  List<Attempt> attempts(DeliveryId id) {
    return explain(id).attempts();
  }

  List<Delivery> deliveries(WebhookId id) {
    return log().of(id, Page.first(1000)).items();
  }

  @Override
  public void close() {
    posthorn.close();
  }

  /** An event as One Horizon's documents show it. */
  static CloudEvent task(String id) {
    return task(id, "{\"resource\":{\"type\":\"task\",\"id\":\"tsk_1\"}}");
  }

  static CloudEvent task(String id, String json) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withType("task.updated")
        .withSource(URI.create(SOURCE))
        .withTime(OffsetDateTime.parse("2026-05-05T12:00:00Z"))
        .withSubject("tsk_1")
        .withExtension("workspaceid", "w_1")
        .withData("application/json", json.getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
