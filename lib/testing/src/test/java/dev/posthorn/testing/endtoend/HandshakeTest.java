package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The handshake of CloudEvents Web Hooks 1.0.2 over real sockets, and what follows from it. */
class HandshakeTest {
  private static final String ORIGIN = "events.acme.example";
  private static final DeliveryContract CONTRACT = Contracts.cloudEvents(ORIGIN);
  private static final Rate TEN_A_MINUTE = Rate.of(10, Duration.ofMinutes(1));

  private static WebhookId register(Rig rig, ScriptedReceiver receiver) {
    return rig.registry().register(WebhookSpec.to(receiver.url()).allEvents()).id();
  }

  private static Rig withCallback() {
    return Rig.start(
        CONTRACT, builder -> builder.permissionCallback("https://api.acme.example/allow/{token}"));
  }

  private static String token(ScriptedReceiver receiver) {
    Seen last = receiver.checks().get(receiver.checks().size() - 1);
    String path = URI.create(last.header("WebHook-Request-Callback")).getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Test
  void deliveriesAreHeldUntilTheOriginIsAllowedAndCarryItFromThenOn() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(200));
      WebhookId id = register(rig, receiver);
      assertFalse(rig.registry().verify(id).verified(), "no status allows");
      DeliveryId delivery = rig.publish("evt_1");
      assertEquals(DeliveryState.HELD, rig.delivery(delivery).state());
      assertEquals(0, receiver.requests().size());

      receiver.answersOptions(Answer.status(405).header("WebHook-Allowed-Origin", ORIGIN));
      Verification allowed = rig.registry().verify(id);
      assertEquals(
          new Verification(true, Rig.NOON, "OPTIONS answered 405 and allows the origin " + ORIGIN),
          allowed);
      rig.settle();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(delivery).state());
      assertEquals(ORIGIN, receiver.requests().get(0).header("WebHook-Request-Origin"));
      Seen asked = receiver.checks().get(0);
      assertEquals("OPTIONS", asked.method());
      assertEquals(ORIGIN, asked.header("WebHook-Request-Origin"));
      assertFalse(asked.has("Authorization"), "no key is sent");
      assertFalse(asked.has("WebHook-Request-Callback"), "the host takes no calls");
    }
  }

  @Test
  void theAllowedRateHolds() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver();
      receiver.answersOptions(
          Answer.status(200)
              .header("WebHook-Allowed-Origin", "*")
              .header("WebHook-Allowed-Rate", "10"));
      WebhookId id = register(rig, receiver);
      assertEquals(TEN_A_MINUTE, rig.registry().verify(id).allowedRate());
      for (int i = 0; i < 60; i++) {
        rig.publisher().publish(Rig.task("evt_" + i));
      }
      rig.settle();
      for (int minute = 1; minute <= 3; minute++) {
        rig.advance(Duration.ofMinutes(1));
        int most = 10 * (minute + 1);
        assertTrue(receiver.requests().size() <= most, () -> "at most " + most + ": " + receiver);
      }
      assertTrue(receiver.requests().size() >= 30, () -> "and about so many: " + receiver);

      receiver.answersOptions(Answer.status(200).header("WebHook-Allowed-Origin", "*"));
      rig.registry().verify(id);
      rig.settle();
      assertEquals(60, receiver.requests().size(), "the next handshake names no rate");
    }
  }

  @Test
  void theSlowerOfItsOwnRateAndTheAllowedOneHolds() throws Exception {
    try (Rig rig = Rig.start(CONTRACT)) {
      ScriptedReceiver receiver = rig.receiver();
      receiver.answersOptions(
          Answer.status(200)
              .header("WebHook-Allowed-Origin", "*")
              .header("WebHook-Allowed-Rate", "600"));
      WebhookSpec spec = WebhookSpec.to(receiver.url()).allEvents().rate(TEN_A_MINUTE);
      WebhookId id = rig.registry().register(spec).id();
      rig.registry().verify(id);
      assertEquals("10", receiver.checks().get(0).header("WebHook-Request-Rate"));
      for (int i = 0; i < 40; i++) {
        rig.publisher().publish(Rig.task("evt_" + i));
      }
      rig.settle();
      rig.advance(Duration.ofMinutes(1));
      assertTrue(receiver.requests().size() <= 20, receiver::toString);
    }
  }

  @Test
  void anEndpointMayCallBackLaterAndNameARate() throws Exception {
    try (Rig rig = withCallback()) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(202));
      WebhookId id = register(rig, receiver);
      assertFalse(rig.registry().verify(id).verified());
      DeliveryId delivery = rig.publish("evt_1");
      assertEquals(DeliveryState.HELD, rig.delivery(delivery).state());

      Verification allowed = rig.registry().calledBack(token(receiver), "10").orElseThrow();
      assertEquals(
          new Verification(
              true,
              Rig.NOON,
              "the endpoint allowed it by a call back, 10 requests a minute",
              TEN_A_MINUTE),
          allowed);
      assertEquals(allowed, rig.registry().find(id).orElseThrow().verification());
      rig.settle();
      assertEquals(DeliveryState.DELIVERED, rig.delivery(delivery).state());

      assertEquals(
          Optional.empty(),
          rig.registry().forTenant(new Tenant("other")).calledBack(token(receiver), null));
      Verification unlimited = rig.registry().calledBack(token(receiver), null).orElseThrow();
      assertEquals(null, unlimited.allowedRate(), "calling again changes the rate");
    }
  }

  @Test
  void aTokenHoldsUntilTheNextCheckAndNotForAnotherUrl() throws Exception {
    try (Rig rig = withCallback()) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(202));
      WebhookId id = register(rig, receiver);
      rig.registry().verify(id);
      String first = token(receiver);
      rig.registry().verify(id);
      String second = token(receiver);
      assertNotEquals(first, second);
      assertEquals(Optional.empty(), rig.registry().calledBack(first, null));
      assertEquals(Optional.empty(), rig.registry().calledBack(second + "x", null));
      assertEquals(Optional.empty(), rig.registry().calledBack("nonsense", null));
      rig.registry().update(id, spec -> spec.url(receiver.url("/elsewhere")));
      assertEquals(Optional.empty(), rig.registry().calledBack(second, null));
      assertFalse(rig.registry().find(id).orElseThrow().verified());
    }
  }

  @Test
  void aCallThatComesBeforeTheAnswerStands() throws Exception {
    try (Rig rig = withCallback()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId id = register(rig, receiver);
      receiver.answersOptionsBy(
          request -> {
            String path = URI.create(request.header("WebHook-Request-Callback")).getPath();
            String token = path.substring(path.lastIndexOf('/') + 1);
            assertTrue(rig.registry().calledBack(token, null).isPresent());
            return Answer.status(200);
          });
      assertTrue(rig.registry().verify(id).verified(), "its answer does not take it back");
      assertTrue(rig.registry().find(id).orElseThrow().verified());
    }
  }

  @Test
  void aCallThatNamesARateThatCannotBeReadAllowsNothing() throws Exception {
    try (Rig rig = withCallback()) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(202));
      WebhookId id = register(rig, receiver);
      rig.registry().verify(id);
      assertEquals(Optional.empty(), rig.registry().calledBack(token(receiver), "60/min"));
      assertFalse(rig.registry().find(id).orElseThrow().verified());
      assertTrue(rig.registry().calledBack(token(receiver), "60").isPresent());
    }
  }

  @Test
  void anotherContractsCheckIsNoPermission() throws Exception {
    try (Rig rig =
        Rig.start(
            CONTRACT,
            builder ->
                builder
                    .contract(Contracts.notification())
                    .contract(CONTRACT.named("again"))
                    .permissionCallback("https://api.acme.example/allow/{token}"))) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(202));
      WebhookSpec spec = WebhookSpec.to(receiver.url()).events("task.updated");
      WebhookId id = rig.registry().register(spec.contract("notification")).id();
      assertTrue(rig.registry().verify(id).verified(), "its contract needs no check");
      rig.registry().update(id, old -> old.contract("cloudevents").secret(Secret.of("t0k3n")));
      assertFalse(rig.registry().find(id).orElseThrow().verified());
      DeliveryId delivery = rig.publish("evt_1");
      assertEquals(DeliveryState.HELD, rig.delivery(delivery).state());

      rig.registry().verify(id);
      assertTrue(rig.registry().calledBack(token(receiver), null).isPresent());
      rig.registry().update(id, old -> old.contract("again"));
      assertTrue(
          rig.registry().find(id).orElseThrow().verified(), "it asks the same for the same origin");
      rig.registry().update(id, old -> old.contract("notification").withoutSecret());
      assertEquals(
          Optional.empty(), rig.registry().calledBack(token(receiver), null), "nobody asks now");
    }
  }

  @Test
  void theTokenIsNowhereToBeSeen() throws Exception {
    try (Rig rig = withCallback()) {
      ScriptedReceiver receiver = rig.receiver().answersOptions(Answer.status(202));
      WebhookId id = register(rig, receiver);
      rig.registry().verify(id);
      String random = token(receiver).substring(id.value().length() + 1);
      String shown =
          rig.registry().find(id) + " " + rig.registry().list(Page.first(10)) + rig.log();
      assertFalse(shown.contains(random));
    }
  }
}
