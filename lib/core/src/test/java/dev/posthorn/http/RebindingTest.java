package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.Posthorn;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryListener;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Explanation;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.webhook.EndpointPolicy;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A name that is public when it is looked at, and private when it matters. */
@Timeout(60)
class RebindingTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final String PUBLIC = "93.184.216.34";
  private static final String PRIVATE = "10.11.12.13";
  private static final String OK =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  private static final String ERROR =
      "HTTP/1.1 500 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

  private final EndpointPolicy policy = EndpointPolicy.standard().allowHttp();
  private final AtomicReference<String> address = new AtomicReference<>(PUBLIC);
  private final List<String> told = new CopyOnWriteArrayList<>();

  private final DeliveryListener listener =
      new DeliveryListener() {
        @Override
        public void attempted(Delivery delivery, Attempt attempt) {
          told.add("attempted " + attempt.number() + " " + attempt.outcome());
        }

        @Override
        public void exhausted(Delivery delivery) {
          told.add("exhausted " + delivery.ended());
        }
      };

  @Test
  void betweenRegistrationAndAttemptItIsRefusedForGood() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(OK);
        Probe probe = new Probe(policy, this::resolve, bait);
        Posthorn posthorn = posthorn(probe, VerificationRule.HEAD_THEN_GET)) {
      Registration hook = register(posthorn);
      assertTrue(posthorn.registry().verify(hook.id()).verified());
      assertEquals(0, posthorn.health().refused());
      address.set(PRIVATE);
      Explanation end = publish(posthorn);
      assertRefusedForGood(end, 1);
      assertEquals(1, posthorn.health().refused());
      assertTrue(posthorn.health().ok(), "an endpoint's fault is none of the instance");
      assertEquals(List.of(PUBLIC), hosts(probe), "the check's, and no other");
      assertEquals(1, bait.requests().size());
    }
    assertEquals(2, told.size(), told::toString);
    assertTrue(told.get(0).startsWith("attempted 1 Failed[detail=POLICY"), told::toString);
    assertEquals("exhausted PERMANENT_FAILURE", told.get(1));
  }

  @Test
  void betweenTwoAttemptsTheSecondIsTheLast() throws IOException {
    try (RawReceiver bait =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  address.set(PRIVATE); // from now on
                  wire.write(ERROR);
                });
        Probe probe = new Probe(policy, this::resolve, bait);
        Posthorn posthorn = posthorn(probe, VerificationRule.NONE)) {
      register(posthorn);
      Explanation end = publish(posthorn);
      assertRefusedForGood(end, 2);
      assertEquals(500, status(end.attempts().get(1)));
      assertEquals(List.of(PUBLIC), hosts(probe));
    }
  }

  @Test
  void aCheckThatIsRefusedSaysNoMoreThanThat() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(OK);
        Probe probe = new Probe(policy, this::resolve, bait);
        Posthorn posthorn = posthorn(probe, VerificationRule.HEAD_THEN_GET)) {
      Registration hook = register(posthorn);
      for (String each : List.of(PRIVATE, "127.0.0.1", "169.254.169.254", "::1")) {
        address.set(each);
        Verification check = posthorn.registry().verify(hook.id());
        assertFalse(check.verified());
        assertEquals("HEAD failed: refused by policy", check.detail());
      }
      assertEquals(4, posthorn.health().refused());
      assertEquals(0, bait.connections());
    }
  }

  @Test
  void aTestEventThatIsRefusedSaysNoMoreThanThat() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(OK);
        Probe probe = new Probe(policy, this::resolve, bait);
        Posthorn posthorn = posthorn(probe, VerificationRule.NONE)) {
      Registration hook = register(posthorn);
      address.set(PRIVATE);
      Attempt test = posthorn.registry().sendTest(hook.id());
      assertEquals(FailureDetail.POLICY, detail(test));
      assertEquals("", test.snippet());
      assertEquals(1, posthorn.health().refused());
    }
  }

  @Test
  void aPolicyThatWasTightenedSinceRegistrationHoldsForTheNextAttempt() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(OK);
        Probe probe = new Probe(policy.deny("hooks.example.com:80"), this::resolve, bait);
        Posthorn posthorn = posthorn(probe, VerificationRule.NONE)) {
      register(posthorn);
      assertRefusedForGood(publish(posthorn), 1);
      assertEquals(List.of(), probe.asked());
      assertEquals(List.of(), probe.dialled());
    }
  }

  private Posthorn posthorn(Probe probe, VerificationRule check) {
    return Posthorn.builder()
        .contract(Contracts.oneHorizon().verification(check))
        .endpoints(policy)
        .sender(probe.sender())
        .listener(listener)
        .build()
        .start();
  }

  private static Registration register(Posthorn posthorn) {
    return posthorn.registry().register(WebhookSpec.to("http://hooks.example.com/in").allEvents());
  }

  private static Explanation publish(Posthorn posthorn) {
    DeliveryId id = posthorn.publisher().publish(Samples.event("evt_1")).deliveries().get(0);
    assertTrue(posthorn.settle(AMPLE));
    return posthorn.deliveries().explain(id);
  }

  private static void assertRefusedForGood(Explanation end, int attempts) {
    assertEquals(DeliveryState.EXHAUSTED, end.delivery().state());
    assertEquals(EndReason.PERMANENT_FAILURE, end.delivery().ended());
    assertEquals(attempts, end.attempts().size());
    assertEquals(FailureDetail.POLICY, detail(end.attempts().get(0)));
    assertFalse(end.toString().contains(PRIVATE), end.toString());
    assertTrue(end.why().contains("refused by policy"), end.why());
  }

  private static FailureDetail detail(Attempt attempt) {
    return ((Outcome.Failed) attempt.outcome()).detail();
  }

  private static int status(Attempt attempt) {
    return ((Outcome.Failed) attempt.outcome()).status();
  }

  private static List<String> hosts(Probe probe) {
    return probe.dialled().stream().map(to -> to.getAddress().getHostAddress()).toList();
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    return Sending.addresses(Objects.requireNonNull(address.get()));
  }
}
