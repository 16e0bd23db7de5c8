package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook whose contract the application of today does not know any more. */
@SuppressWarnings("NullAway.Init") // set before each test
class UnknownContractTest {
  private Rig yesterday;
  private WebhookId hook;
  private DeliveryId held;
  private Posthorn today;
  private WebhookRegistry registry;

  @BeforeEach
  void open() {
    yesterday = Rig.start();
    hook = yesterday.hook().id();
    yesterday.registry().disable(hook, "moving house");
    held = yesterday.publish("evt_1");
    today =
        Posthorn.builder()
            .contract(Contracts.oneHorizon().named("acme"))
            .store(yesterday.store)
            .clock(yesterday.time)
            .scheduler(yesterday.time)
            .endpoints(EndpointPolicy.standard().allowLoopback())
            .build();
    registry = today.registry();
  }

  @AfterEach
  void close() {
    today.close();
    yesterday.close();
  }

  private void refuses(Runnable call) {
    assertEquals(
        "this application knows no contract \"onehorizon\", only [acme]",
        assertThrows(InvalidWebhookException.class, call::run).getMessage());
  }

  @Test
  void whatNeedsTheContractIsRefused() {
    refuses(() -> registry.verify(hook));
    refuses(() -> registry.sendTest(hook));
    refuses(() -> registry.rotate(hook));
    refuses(() -> registry.update(hook, spec -> spec.label("shop")));
    refuses(() -> registry.enable(hook, Backlog.resume()));
  }

  @Test
  void enablingThatIsRefusedDiscardsNothing() {
    refuses(() -> registry.enable(hook, Backlog.discard()));
    assertEquals(DeliveryState.HELD, yesterday.delivery(held).state());
  }

  @Test
  void itIsReadAndDeletedAllTheSame() {
    assertEquals("onehorizon", registry.find(hook).orElseThrow().contract());
    registry.delete(hook);
    assertEquals(0, today.health().unknownContracts().size());
  }

  @Test
  void itIsDisabledAllTheSame() {
    yesterday.registry().enable(hook, Backlog.resume());
    assertEquals("for good", registry.disable(hook, "for good").disabled());
  }

  @Test
  void anotherContractMendsIt() {
    registry.update(hook, spec -> spec.contract("acme"));
    assertTrue(registry.enable(hook, Backlog.resume()).enabled());
    assertEquals(0, today.health().unknownContracts().size());
  }
}
