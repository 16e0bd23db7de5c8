package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.HmacSignature;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9110, section 11.6.1: a 401 names the scheme by which to come again. */
class ChallengeTest {
  private static final String HEADER = "WWW-Authenticate";
  private static final Clock AT =
      Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);

  private static final CloudEvent EVENT =
      CloudEventBuilder.v1()
          .withId("evt_1")
          .withSource(URI.create("/shop"))
          .withType("task.updated")
          .withData("application/json", "{}".getBytes(UTF_8))
          .build();

  /** A contract, and the challenge that belongs to its proof. */
  record Scheme(DeliveryContract contract, String challenge) {
    Secret key(int seed) {
      return contract.wire().authentication().newKey(new Random(seed));
    }

    Request request() {
      return Request.of(contract, EVENT, key(1));
    }

    WebhookReceiver receiver() {
      return WebhookReceiver.of(contract, key(1)).clock(AT);
    }

    String refusal(Request request, WebhookReceiver receiver) {
      Reply reply = request.post(receiver, event -> {});
      assertEquals(401, reply.status(), reply::toString);
      assertEquals(challenge, reply.headers().get(HEADER), contract.name());
      return new String(reply.body(), UTF_8);
    }
  }

  static List<Scheme> schemes() {
    DeliveryContract usual = Contracts.notification().headerPrefix("Acme-");
    return List.of(
        new Scheme(Contracts.oneHorizon(), "X-One-Webhook-Key"),
        new Scheme(Contracts.signedJson(), "X-Webhook-Signature"),
        new Scheme(Contracts.organisation(), "X-Webhook-Signature"),
        new Scheme(Contracts.notification(), "webhook-signature"),
        new Scheme(Contracts.standardWebhooks(), "webhook-signature"),
        new Scheme(Contracts.cloudEvents("a.example"), "Bearer realm=\"webhooks\""),
        new Scheme(
            usual.named("timed").authentication(HmacSignature.in("Proof").withTimestamp("Time")),
            "Acme-Proof"),
        new Scheme(
            usual.named("labelled").authentication(HmacSignature.labelled("Proof", "t", "v1")),
            "Acme-Proof"),
        new Scheme(usual.named("own").authentication(new Knock()), "Webhook"));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void aRequestWithoutAProofGetsIt(Scheme scheme) {
    for (String name : scheme.request().headers.keySet()) {
      Request request = scheme.request().without(String.valueOf(name));
      Reply reply = request.post(scheme.receiver(), event -> {});
      assertEquals(reply.status() == 401, reply.headers().containsKey(HEADER), reply::toString);
    }
    String bare = scheme.refusal(new Request(), scheme.receiver());
    assertTrue(bare.endsWith(" is missing"), bare);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void soDoesOneWithAnotherKey(Scheme scheme) {
    WebhookReceiver other = WebhookReceiver.of(scheme.contract(), scheme.key(2)).clock(AT);
    String wrong = scheme.refusal(scheme.request(), other);
    assertFalse(wrong.contains(scheme.key(1).reveal()), wrong);
    assertEquals(scheme.challenge(), other.challenge());
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void soDoesOneThatIsTooOldWhereItsTimeIsProved(Scheme scheme) {
    WebhookReceiver later = scheme.receiver().clock(Clock.offset(AT, Duration.ofHours(1)));
    if (scheme.request().post(later, event -> {}).status() != 200) {
      String old = scheme.refusal(scheme.request(), later);
      assertTrue(old.endsWith(" is more than 300 seconds from now"), old);
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void noOtherAnswerHasOne(Scheme scheme) throws Exception {
    WebhookReceiver receiver = scheme.receiver();
    Map<Integer, Reply> replies = new HashMap<>();
    for (Reply reply :
        List.of(
            scheme.request().post(receiver, event -> {}),
            scheme.request().with("Content-Encoding", "gzip").post(receiver, event -> {}),
            scheme.request().post(receiver.atMost(1), event -> {}),
            receiver.handle("GET", Map.of(), nothing(), event -> {}),
            receiver.handle("PUT", Map.of(), nothing(), event -> {}))) {
      replies.put(reply.status(), reply);
      assertFalse(reply.headers().containsKey(HEADER), reply::toString);
    }
    assertEquals(List.of(200, 204, 405, 413, 415), List.copyOf(new TreeMap<>(replies).keySet()));
  }

  /** A scheme, and perhaps parameters: nothing that a server or a client would stumble over. */
  @ParameterizedTest
  @MethodSource("schemes")
  void itIsWrittenAsHttpWantsIt(Scheme scheme) {
    String token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    String challenge = scheme.receiver().challenge();
    assertTrue(challenge.matches(token + "( " + token + "=\"[a-z]+\")?"), challenge);
  }

  @Test
  void whoAnswersByItselfHasItFromTheReceiver() {
    WebhookReceiver receiver = schemes().get(1).receiver();
    Request request = new Request();
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(request.headers, request.body));
    assertEquals(401, refused.status());
    assertEquals("X-Webhook-Signature", receiver.challenge());
  }

  private static InputStream nothing() {
    return InputStream.nullInputStream();
  }

  /** A scheme of the host's own that says nothing of a challenge. */
  private record Knock() implements Authentication {
    @Override
    public Map<String, String> headers(
        String prefix, Message message, byte[] body, List<Secret> keys) {
      return Map.of(prefix + "Knock", keys.get(0).reveal());
    }

    @Override
    public void verify(
        String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {
      String given = headers.single(prefix + "Knock").orElse("");
      if (!keys.stream().map(Secret::reveal).toList().contains(given)) {
        throw RefusedException.unauthenticated(
            given.isEmpty() ? prefix + "Knock is missing" : prefix + "Knock is not a key");
      }
    }

    @Override
    public boolean carriesSeveralKeys() {
      return false;
    }

    @Override
    public Secret newKey(RandomGenerator random) {
      return Secret.of(Long.toHexString(random.nextLong()));
    }

    @Override
    public void check(Secret key) {}
  }
}
