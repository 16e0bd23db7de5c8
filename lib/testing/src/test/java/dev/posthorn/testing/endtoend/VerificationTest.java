package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Limits;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How endpoints are checked before events go there, and what follows from it. */
class VerificationTest {
  private static final String WIRE =
      """
      HEAD /hooks
      Accept-Encoding: identity
      Connection: Keep-Alive
      Host: %s
      User-Agent: One-Horizon-Webhooks/1.0

      """;

  private static WebhookId register(Rig rig, ScriptedReceiver receiver) {
    WebhookSpec spec =
        WebhookSpec.to(receiver.url()).events("task.*").secret(Secret.of("a-key-of-ours"));
    return rig.registry().register(spec).id();
  }

  private static List<String> methods(ScriptedReceiver receiver) {
    return receiver.checks().stream().map(Seen::method).toList();
  }

  @Test
  void headThatIsAnswered2xxVerifies() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answersHead(200);
      WebhookId id = register(rig, receiver);
      assertNull(rig.registry().find(id).orElseThrow().verification(), "never checked");
      rig.advance(Duration.ofSeconds(5));

      Verification result = rig.registry().verify(id);

      assertEquals(new Verification(true, Rig.NOON.plusSeconds(5), "HEAD answered 200"), result);
      assertEquals(WIRE.formatted(receiver.address()), Wire.of(receiver.checks().get(0)));
      Webhook kept = rig.registry().find(id).orElseThrow();
      assertEquals(result, kept.verification());
      assertTrue(kept.verified());
    }
  }

  @Test
  void getIsAskedWhereHeadIsNotAllowed() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      receiver.answersHead(405).answersGet(Answer.status(200).body("internal page"));
      WebhookId id = register(rig, receiver);
      assertEquals(
          new Verification(true, Rig.NOON, "HEAD answered 405, GET answered 200"),
          rig.registry().verify(id));
      assertEquals(
          WIRE.formatted(receiver.address()).replace("HEAD", "GET"),
          Wire.of(receiver.checks().get(1)));
      assertEquals(2, receiver.checks().size());
      assertFalse(rig.registry().find(id).toString().contains("internal page"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 410, 429, 500, 501, 503})
  void getIsNotAskedAfterOtherAnswers(int status) throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answersHead(status);
      WebhookId id = register(rig, receiver);
      assertEquals(
          new Verification(false, Rig.NOON, "HEAD answered " + status), rig.registry().verify(id));
      assertEquals(List.of("HEAD"), methods(receiver));
    }
  }

  @Test
  void getThatFailsDoesNotVerify() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver().answersHead(405).answersGet(405);
      WebhookId id = register(rig, receiver);
      assertEquals(
          new Verification(false, Rig.NOON, "HEAD answered 405, GET answered 405"),
          rig.registry().verify(id));
    }
  }

  @Test
  void aRedirectIsNotFollowedAndDoesNotVerify() throws Exception {
    try (ScriptedReceiver elsewhere = ScriptedReceiver.start();
        Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      Answer redirect = Answer.status(307).header("Location", elsewhere.url());
      WebhookId id = register(rig, receiver);
      receiver.answersHead(redirect);
      assertEquals("HEAD answered 307", rig.registry().verify(id).detail());
      receiver.answersHead(405).answersGet(redirect);
      assertEquals(
          new Verification(false, Rig.NOON, "HEAD answered 405, GET answered 307"),
          rig.registry().verify(id));
      assertEquals(0, elsewhere.connections());
    }
  }

  @Test
  void anEndpointThatHangsIsLeftAfterTheContractsTimeout() throws Exception {
    DeliveryContract quick = Contracts.oneHorizon().timeout(Duration.ofMillis(300));
    try (Rig rig = Rig.start(quick)) {
      ScriptedReceiver receiver = rig.receiver().answersHead(Answer.hang());
      WebhookId id = register(rig, receiver);
      Verification result = rig.registry().verify(id);
      assertFalse(result.verified());
      assertEquals("HEAD failed: no response came in time", result.detail());
      assertEquals(List.of("HEAD"), methods(receiver));
    }
  }

  @Test
  void anEndpointThatIsDownDoesNotVerify() throws Exception {
    try (Rig rig = Rig.start()) {
      String closed = "http://127.0.0.1:1/"; // nobody listens there
      WebhookId id = rig.registry().register(WebhookSpec.to(closed).allEvents()).id();
      assertEquals(
          new Verification(false, Rig.NOON, "HEAD failed: the connection was refused"),
          rig.registry().verify(id));
    }
  }

  @Test
  void untilVerifiedEverythingIsHeldAndThenFlowsOldestFirst() throws Exception {
    Limits oneByOne = Limits.standard().inFlightPerWebhook(1);
    try (Rig rig = Rig.start(Contracts.oneHorizon(), b -> b.limits(oneByOne))) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId id = register(rig, receiver);
      for (int i = 1; i <= 5; i++) {
        rig.publish("evt_" + i);
        rig.advance(Duration.ofMinutes(1));
      }
      assertEquals(0, receiver.connections(), "nothing goes there");
      assertEquals(List.of(DeliveryState.HELD), states(rig, id));
      assertEquals(
          "It is held. The webhook is held: its endpoint has not been verified.",
          rig.explain(rig.deliveries(id).get(0).id()).why());

      rig.registry().verify(id);
      rig.settle();

      assertEquals(List.of(DeliveryState.DELIVERED), states(rig, id));
      assertEquals(
          List.of("evt_1", "evt_2", "evt_3", "evt_4", "evt_5"),
          receiver.requests().stream().map(post -> post.header("X-One-Event-Id")).toList());
    }
  }

  @Test
  void aNewUrlIsUnverifiedAgainAndHolds() throws Exception {
    try (ScriptedReceiver moved = ScriptedReceiver.start();
        Rig rig = Rig.start()) {
      ScriptedReceiver old = rig.receiver();
      WebhookId id = rig.hook().id();
      rig.publish("evt_1");

      Webhook updated = rig.registry().update(id, spec -> spec.url(moved.url()));

      assertNull(updated.verification());
      rig.publish("evt_2");
      assertEquals(DeliveryState.HELD, rig.deliveries(id).get(0).state());
      assertTrue(rig.registry().verify(id).verified());
      rig.settle();
      assertEquals("evt_2", moved.request(1).header("X-One-Event-Id"));
      assertEquals(1, old.requests().size());
      Webhook same = rig.registry().update(id, spec -> spec.url(moved.url()).allEvents());
      assertTrue(same.verified(), "the same URL stays verified");
    }
  }

  @Test
  void aRecheckThatFailsHolds() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId id = rig.hook().id();
      rig.publish("evt_1");
      receiver.answersHead(404);
      assertFalse(rig.registry().verify(id).verified());
      Delivery held = rig.delivery(rig.publish("evt_2"));
      assertEquals(DeliveryState.HELD, held.state());
      assertEquals(
          "It is held. The webhook is held: its endpoint could not be verified: HEAD answered 404.",
          rig.explain(held.id()).why());
      assertEquals(1, receiver.requests().size());

      receiver.answersHead(204);
      rig.registry().verify(id);
      rig.settle();
      assertEquals(2, receiver.requests().size());
    }
  }

  @Test
  void anAddressThatIsRefusedIsNotTouched() throws Exception {
    try (Rig rig = Rig.start()) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId id = register(rig, receiver);
      try (Posthorn strict =
          Posthorn.builder()
              .clock(rig.time)
              .store(rig.store)
              .endpoints(EndpointPolicy.standard().deny(receiver.address()))
              .build()) {
        assertEquals(
            new Verification(false, Rig.NOON, "HEAD failed: refused by policy"),
            strict.registry().verify(id));
      }
      assertEquals(0, receiver.connections());
    }
  }

  @Test
  void aContractWithoutACheckVerifiesAtOnceAndHoldsNothing() throws Exception {
    DeliveryContract unchecked = Contracts.oneHorizon().verification(VerificationRule.NONE);
    try (Rig rig = Rig.start(unchecked)) {
      ScriptedReceiver receiver = rig.receiver();
      WebhookId id = register(rig, receiver);
      rig.publish("evt_1");
      assertEquals(1, receiver.requests().size());
      assertEquals(
          new Verification(true, Rig.NOON, "its contract needs no check"),
          rig.registry().verify(id));
      assertEquals(0, receiver.checks().size());
    }
  }

  private static List<DeliveryState> states(Rig rig, WebhookId id) {
    return rig.deliveries(id).stream().map(Delivery::state).distinct().toList();
  }
}
