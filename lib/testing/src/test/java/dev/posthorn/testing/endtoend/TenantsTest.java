package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.EventPublisher;
import dev.posthorn.Published;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryLog;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tenants never see, change or receive what is another's; case makes another tenant. */
@SuppressWarnings("NullAway.Init") // set before each test
class TenantsTest {
  private static final Tenant ACME = Tenant.of("acme");
  private static final Tenant OTHER = Tenant.of("Acme");

  private ScriptedReceiver receiver;
  private Rig rig;
  private WebhookRegistry mine;
  private WebhookRegistry others;
  private WebhookId hook;
  private DeliveryId delivery;

  @BeforeEach
  void open() {
    rig = Rig.start();
    receiver = rig.receiver();
    mine = rig.registry().forTenant(ACME);
    others = rig.registry().forTenant(OTHER);
    hook = mine.register(spec()).id();
    mine.verify(hook);
    delivery = publisher(ACME).publish(Rig.task("evt_1")).deliveries().get(0);
    rig.settle();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec() {
    return WebhookSpec.to(receiver.url()).allEvents();
  }

  private EventPublisher publisher(Tenant tenant) {
    return rig.publisher().forTenant(tenant);
  }

  @Test
  void noCallOfTheRegistryFindsTheWebhookOfAnother() {
    Webhook before = mine.find(hook).orElseThrow();
    Map<String, Executable> calls =
        Map.of(
            "update", () -> others.update(hook, spec -> spec.url("https://evil.example/")),
            "verify", () -> others.verify(hook),
            "sendTest", () -> others.sendTest(hook),
            "sendTest with a sample", () -> others.sendTest(hook, Rig.task("x")),
            "disable", () -> others.disable(hook, "by another"),
            "enable", () -> others.enable(hook, Backlog.discard()),
            "delete", () -> others.delete(hook));
    calls.forEach(
        (name, call) ->
            assertEquals(
                "there is no webhook " + hook,
                assertThrows(NotFoundException.class, call, name).getMessage(),
                name));
    assertTrue(others.find(hook).isEmpty());
    assertEquals(List.of(), others.list(Page.first(10)).items());
    assertEquals(before, mine.find(hook).orElseThrow(), "nothing has changed");
    assertEquals(1, receiver.checks().size());
    assertEquals(1, receiver.requests().size());
  }

  @Test
  void noCallOfTheLogFindsTheDeliveriesOfAnother() {
    DeliveryLog log = rig.log().forTenant(OTHER);
    String noWebhook = "there is no webhook " + hook;
    String noDelivery = "there is no delivery " + delivery;
    assertNotFound(noWebhook, () -> log.of(hook, Page.first(10)));
    assertNotFound(noWebhook, () -> log.explain(hook));
    assertNotFound(noWebhook, () -> log.clear(hook));
    assertNotFound(noDelivery, () -> log.explain(delivery));
    assertNotFound(noDelivery, () -> log.replay(delivery));
    assertEquals(List.of(), log.ofEvent(Rig.SOURCE, "evt_1", Page.first(10)).items());

    DeliveryLog own = rig.log().forTenant(ACME);
    assertEquals(1, own.explain(delivery).delivery().round(), "not replayed");
    assertEquals(
        List.of(delivery),
        own.ofEvent(Rig.SOURCE, "evt_1", Page.first(10)).items().stream()
            .map(Delivery::id)
            .toList());
    assertNotFound(noDelivery, () -> rig.log().explain(delivery));
  }

  @Test
  void anEventReachesOnlyTheWebhooksOfItsTenantAndIsUniqueInIt() {
    assertEquals(Published.Status.UNWANTED, publisher(OTHER).publish(Rig.task("evt_2")).status());
    assertEquals(Published.Status.UNWANTED, rig.publisher().publish(Rig.task("evt_2")).status());
    WebhookId theirs = others.register(spec()).id();
    others.verify(theirs);
    assertEquals(Published.Status.ACCEPTED, publisher(OTHER).publish(Rig.task("evt_1")).status());
    assertEquals(Published.Status.KNOWN, publisher(ACME).publish(Rig.task("evt_1")).status());
    rig.settle();
    assertEquals(2, receiver.requests().size());
    assertEquals(
        theirs,
        rig.log()
            .forTenant(OTHER)
            .ofEvent(Rig.SOURCE, "evt_1", Page.first(10))
            .items()
            .get(0)
            .webhook());
  }

  private static void assertNotFound(String message, Executable call) {
    assertEquals(message, assertThrows(NotFoundException.class, call).getMessage());
  }
}
