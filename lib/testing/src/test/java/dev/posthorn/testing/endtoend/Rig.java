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
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.TestPosthorn;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A {@link TestPosthorn} with short words for task events and what becomes of them. */
final class Rig implements AutoCloseable {
  static final Instant NOON = TestPosthorn.START;
  static final Duration HANG = Duration.ofSeconds(30);
  static final String SOURCE = "onehorizon/workspaces/w_1";

  final ManualTime time;
  final InMemoryStore store;
  final Posthorn posthorn;
  private final TestPosthorn test;

  private Rig(
      DeliveryContract contract,
      InMemoryStore store,
      ManualTime time,
      UnaryOperator<Posthorn.Builder> settings) {
    this.store = store;
    this.time = time;
    test =
        TestPosthorn.start(
            contract, time, builder -> settings.apply(builder.name("rig").store(store)));
    posthorn = test.posthorn();
  }

  /** With One Horizon's contract as it is. */
  static Rig start() {
    return start(Contracts.oneHorizon());
  }

  static Rig start(DeliveryContract contract) {
    return start(contract, builder -> builder);
  }

  static Rig start(DeliveryContract contract, UnaryOperator<Posthorn.Builder> settings) {
    return start(contract, InMemoryStore::create, settings);
  }

  /** With a store of the test's own, which goes by the same time. */
  static Rig start(
      DeliveryContract contract,
      Function<Clock, InMemoryStore> store,
      UnaryOperator<Posthorn.Builder> settings) {
    ManualTime time = ManualTime.at(NOON);
    return new Rig(contract, store.apply(time), time, settings);
  }

  /** The one that is there from the start. */
  ScriptedReceiver receiver() {
    return test.receiver();
  }

  WebhookRegistry registry() {
    return test.registry();
  }

  EventPublisher publisher() {
    return test.publisher();
  }

  DeliveryLog log() {
    return test.deliveries();
  }

  /** Registers a webhook for all tasks to {@link #receiver}, and verifies it. */
  Registration hook() {
    return test.webhook("task.*");
  }

  Registration hook(ScriptedReceiver other) {
    return hook(WebhookSpec.to(other.url()).events("task.*"));
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
    test.settle();
  }

  void advance(Duration by) {
    test.advance(by);
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
    test.close();
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
