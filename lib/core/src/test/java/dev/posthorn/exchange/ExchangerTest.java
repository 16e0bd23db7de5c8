package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.SuccessRule;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Logged;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.StoredWebhook;
import io.cloudevents.CloudEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangerTest {
  private static final String SECRET = "top-secret-key";
  private static final Outcome SENDER_FAILED = Outcome.Failed.of(FailureDetail.SENDER);

  private final HandTime time = new HandTime();
  private final FakeSender sender = new FakeSender();
  private final Exchanger exchanger = new Exchanger(sender, time);
  private final Claim claim = Samples.claim("w", "dlv_1");

  @BeforeEach
  void forgetLog() {
    Logged.clear();
  }

  private static Target target(DeliveryContract contract) {
    StoredWebhook stored = Samples.webhook("w", Tenant.DEFAULT, contract.name(), "*");
    return new Target(stored, URI.create(stored.webhook().url()), contract);
  }

  private Attempt attempt() {
    return exchanger.attempt(target(Samples.OPEN), claim);
  }

  private Outcome outcome(DeliveryContract contract, int status) {
    Exchange answer = Exchange.answered(status, "60", "", Duration.ZERO, false);
    return Exchanger.outcome(contract, answer, time.instant());
  }

  @Test
  void everyStatusBecomesAnOutcome() {
    Duration asked = Duration.ofMinutes(1);
    for (int status = 1; status <= 1100; status++) {
      Outcome expected =
          status < 200 || status > 599
              ? Outcome.Failed.of(FailureDetail.PROTOCOL)
              : status < 300 ? new Outcome.Accepted(status) : Outcome.Failed.status(status, asked);
      assertEquals(expected, outcome(Samples.OPEN, status));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 199, 600})
  void whatIsNoStatusIsAProtocolFailure(int status) {
    assertEquals(Outcome.Failed.of(FailureDetail.PROTOCOL), outcome(Samples.OPEN, status));
  }

  @Test
  void theContractDecidesWhich2xxIsSuccess() {
    DeliveryContract strict = Samples.OPEN.success(SuccessRule.of(204));
    assertEquals(new Outcome.Accepted(204), outcome(strict, 204));
    assertFalse(outcome(strict, 200).accepted());
  }

  @Test
  void aRuleThatAcceptsEverythingCannotMakeARedirectOrErrorASuccess() {
    DeliveryContract lax = Samples.OPEN.success(status -> true);
    for (int status : new int[] {100, 101, 199, 300, 301, 302, 307, 308, 404, 410, 500, 599, 600}) {
      assertFalse(outcome(lax, status).accepted(), () -> "status " + status);
    }
  }

  @ParameterizedTest
  @EnumSource(FailureDetail.class)
  void aFailureOfTheSenderIsTheOutcome(FailureDetail detail) {
    sender.next("w.example", FakeSender.failed(detail));
    assertEquals(Outcome.Failed.of(detail), attempt().outcome());
  }

  @Test
  void anAttemptIsRecordedWhole() {
    sender.next("w.example", Exchange.answered(503, "7", "busy", Duration.ofMillis(12), true));
    Attempt attempt =
        exchanger.attempt(target(Samples.OPEN), Samples.later(claim, 2, Duration.ZERO));
    assertEquals(
        new Attempt(
            1,
            3,
            time.instant(),
            Duration.ofMillis(12),
            Outcome.Failed.status(503, Duration.ofSeconds(7)),
            "busy",
            true),
        attempt);
  }

  @Test
  void aRequestIsWhatTheContractSays() {
    exchanger.attempt(target(Samples.OPEN), Samples.later(claim, 1, Duration.ZERO));
    Request request = sender.requests().get(0);
    assertEquals("POST", request.method());
    assertEquals("https://w.example/", request.url().toString());
    assertEquals(Samples.OPEN.timeout(), request.deadline());
    assertEquals(SECRET, request.headers().get("X-One-Webhook-Key"));
    assertEquals("1", request.headers().get("X-One-Retry-Num"));
    assertEquals("http_error", request.headers().get("X-One-Retry-Reason"));
    assertEquals(
        new String(claim.content().json(), StandardCharsets.UTF_8),
        new String(request.body(), StandardCharsets.UTF_8));
  }

  @Test
  void aSenderThatThrowsIsAFailureOfItsOwnAndShowsNothing() {
    List<Throwable> failures =
        List.of(
            new IllegalStateException("header X-One-Webhook-Key: " + SECRET),
            new StackOverflowError(SECRET),
            new OutOfMemoryError(SECRET),
            new AssertionError(SECRET));
    for (Throwable failure : failures) {
      sender.next("w.example", request -> sneak(failure));
      Attempt attempt = attempt();
      assertEquals(SENDER_FAILED, attempt.outcome());
      assertEquals("", attempt.snippet());
    }
    assertEquals(failures.size(), Logged.lines().size());
    assertEquals(
        "ERROR delivery dlv_1 of webhook w failed inside the sender:"
            + " java.lang.IllegalStateException",
        Logged.lines().get(0));
    assertTrue(Logged.lines().stream().noneMatch(line -> line.contains(SECRET)));
  }

  @Test
  @SuppressWarnings("NullAway") // a host's sender that breaks its promise
  void aSenderThatReturnsNothingIsAFailureOfItsOwn() {
    sender.next("w.example", request -> null);
    assertEquals(SENDER_FAILED, attempt().outcome());
  }

  @Test
  void aBodyFormatThatThrowsIsAFailureOfTheSender() {
    WireFormat wire = Samples.OPEN.wire();
    BodyFormat broken =
        new BodyFormat() {
          @Override
          public Encoded encode(CanonicalEvent event, String webhookId) {
            throw new IllegalArgumentException(SECRET);
          }

          @Override
          public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
            throw new IllegalArgumentException(SECRET);
          }

          @Override
          public boolean perWebhook() {
            return true;
          }
        };
    assertSenderFailure(
        new WireFormat(
            broken, wire.headers(), wire.authentication(), wire.headerPrefix(), wire.userAgent()));
  }

  @Test
  void anAuthenticationThatThrowsOrBreaksHttpIsAFailureOfTheSender() {
    assertSenderFailure(authenticatedBy(() -> sneak(new IllegalStateException(SECRET))));
    assertSenderFailure(authenticatedBy(() -> Map.of("X-Key", SECRET + "\r\nX-Evil: 1")));
    assertSenderFailure(authenticatedBy(() -> Map.of("Bad Name", SECRET)));
  }

  @Test
  void aSuccessRuleThatThrowsIsAFailureOfTheSender() {
    DeliveryContract broken =
        Samples.OPEN.success(
            status -> {
              throw new IllegalStateException(SECRET);
            });
    assertEquals(SENDER_FAILED, exchanger.attempt(target(broken), claim).outcome());
    assertTrue(Logged.lines().stream().noneMatch(line -> line.contains(SECRET)));
  }

  private void assertSenderFailure(WireFormat wire) {
    Attempt attempt = exchanger.attempt(target(Samples.OPEN.wire(wire)), claim);
    assertEquals(SENDER_FAILED, attempt.outcome());
    assertEquals(List.of(), sender.requests());
    assertTrue(Logged.lines().stream().noneMatch(line -> line.contains(SECRET)));
  }

  private interface Headers {
    Map<String, String> get();
  }

  private static WireFormat authenticatedBy(Headers headers) {
    WireFormat wire = Samples.OPEN.wire();
    Authentication authentication =
        new Authentication() {
          @Override
          public Map<String, String> headers(
              String prefix, Message message, byte[] body, List<Secret> keys) {
            return headers.get();
          }

          @Override
          public void verify(
              String prefix, RequestHeaders headers, byte[] body, List<Secret> keys, Instant now) {}

          @Override
          public boolean carriesSeveralKeys() {
            return false;
          }

          @Override
          public Secret newKey(RandomGenerator random) {
            return Secret.of(SECRET);
          }

          @Override
          public void check(Secret key) {}
        };
    return new WireFormat(
        wire.body(), wire.headers(), authentication, wire.headerPrefix(), wire.userAgent());
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // it never returns
  private static <T> T sneak(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
