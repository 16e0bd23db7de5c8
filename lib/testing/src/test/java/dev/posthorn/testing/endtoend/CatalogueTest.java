package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A closed catalogue of event types. */
@SuppressWarnings("NullAway.Init") // set before each test
class CatalogueTest {
  private static final String[] TYPES = {"task.updated", "task.created", "comment.added"};

  private ScriptedReceiver receiver;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = Rig.start(Contracts.oneHorizon(), builder -> builder.eventTypes(TYPES));
    receiver = rig.receiver();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec(String... patterns) {
    return WebhookSpec.to(receiver.url()).events(patterns);
  }

  private static CloudEvent typed(String id, String type) {
    return CloudEventBuilder.from(Rig.task(id)).withType(type).build();
  }

  @Test
  void aSettingsPageReadsTheTypesInTheirOrder() {
    assertEquals(List.of(TYPES), List.copyOf(rig.registry().eventTypes()));
    Set<String> others = rig.registry().forTenant(Tenant.of("other")).eventTypes();
    assertEquals(List.of(TYPES), List.copyOf(others), "the application's, whoever asks");
  }

  @Test
  void withoutACatalogueAllTypesAreTaken() {
    try (Rig open = Rig.start()) {
      assertEquals(Set.of(), open.registry().eventTypes());
      open.hook(spec("whatever"));
      assertTrue(open.publisher().publish(typed("evt_1", "whatever")).accepted());
    }
  }

  @Test
  void badCataloguesAreRefusedWhereTheyAreGiven() {
    Posthorn.Builder builder = Posthorn.builder();
    assertThrows(IllegalArgumentException.class, builder::eventTypes);
    assertEquals(
        "a catalogue holds exact event types, no patterns: \"task.*\"",
        assertThrows(
                IllegalArgumentException.class, () -> builder.eventTypes("task.created", "task.*"))
            .getMessage());
    Set<String> types = new LinkedHashSet<>(List.of("b", "a"));
    try (Posthorn built = builder.eventTypes(types).build()) {
      assertEquals(List.of("b", "a"), List.copyOf(built.registry().eventTypes()));
    }
  }

  @Test
  void patternsThatMatchNoTypeAreRefusedAndNothingIsRegistered() {
    assertEquals(
        "unknown event type \"task.updatd\": did you mean \"task.updated\"?",
        assertThrows(
                InvalidWebhookException.class,
                () -> rig.registry().register(spec("task.created", "task.updatd")))
            .getMessage());
    assertEquals(
        "unknown event type \"tasks.*\": did you mean \"task.*\"?",
        assertThrows(InvalidWebhookException.class, () -> rig.registry().register(spec("tasks.*")))
            .getMessage());
    assertEquals(
        "unknown event type \"user.*\": registry().eventTypes() lists the known ones",
        assertThrows(InvalidWebhookException.class, () -> rig.registry().register(spec("user.*")))
            .getMessage());
    assertEquals(0, rig.registry().list(Page.first(9)).items().size());
    rig.hook(spec("task.updated", "comment.*", "*"));
  }

  @Test
  void anUpdateIsCheckedToo() {
    WebhookId hook = rig.hook(spec("task.*")).id();
    Webhook before = rig.registry().find(hook).orElseThrow();
    assertThrows(
        InvalidWebhookException.class,
        () -> rig.registry().update(hook, spec -> spec.events("task.*", "comment.add")));
    assertEquals(before, rig.registry().find(hook).orElseThrow());
  }

  @Test
  void patternsThatAWebhookHasAlreadySurviveAShrinkingCatalogue() {
    WebhookId hook = rig.hook(spec("comment.added", "task.*")).id();
    try (Posthorn next =
        Posthorn.builder()
            .contract(Contracts.oneHorizon())
            .store(rig.store)
            .clock(rig.time)
            .scheduler(rig.time)
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .eventTypes("task.created")
            .build()) {
      WebhookRegistry registry = next.registry();
      registry.update(hook, spec -> spec.label("still there"));
      Webhook fewer = registry.update(hook, spec -> spec.events("comment.added"));
      assertEquals(1, fewer.events().size());
      assertThrows(
          InvalidWebhookException.class,
          () -> registry.update(hook, spec -> spec.events("comment.added", "task.updated")));
      assertThrows(InvalidWebhookException.class, () -> registry.register(spec("comment.added")));
    }
  }

  @Test
  void anUnknownTypeIsNotPublishedAndNothingOfItsBatchIsStored() {
    WebhookId hook = rig.hook(spec("*")).id();
    List<CloudEvent> batch = List.of(Rig.task("evt_1"), typed("evt_2", "task.update"));
    assertEquals(
        "unknown event type \"task.update\": did you mean \"task.updated\"?",
        assertThrows(InvalidEventException.class, () -> rig.publisher().publishAll(batch))
            .getMessage());
    assertThrows(
        InvalidEventException.class, () -> rig.publisher().publishJson("task.*", null, "{}"));
    rig.settle();
    assertEquals(List.of(), rig.deliveries(hook));
    assertEquals(0, receiver.requests().size());
    rig.publish("evt_1");
    assertEquals(1, receiver.requests().size(), "it had not been stored, and can be published");
  }

  @Test
  void anUnknownTypeIsRefusedAlsoIfNobodyWantsIt() {
    assertThrows(
        InvalidEventException.class, () -> rig.publisher().publish(typed("evt_1", "user.added")));
  }

  @Test
  void testEventsAreExempt() {
    WebhookId hook = rig.hook(spec("task.*")).id();
    assertTrue(rig.registry().sendTest(hook).outcome().accepted());
    assertTrue(rig.registry().sendTest(hook, typed("evt_1", "sample")).outcome().accepted());
    assertEquals("webhook.test", receiver.request(1).header("X-One-Event-Type"));
    assertEquals("sample", receiver.request(2).header("X-One-Event-Type"));
  }
}
