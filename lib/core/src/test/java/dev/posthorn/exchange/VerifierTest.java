package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Logged;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Verification;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final String HOST = "w.example";

  private final HandTime time = new HandTime();
  private final FakeSender sender = new FakeSender();
  private final Verifier verifier = new Verifier(sender, time);

  private Verification verify(DeliveryContract contract) {
    StoredWebhook stored = Samples.webhook("w", Tenant.DEFAULT, contract.name(), "*");
    return verifier.verify(new Target(stored, URI.create(stored.webhook().url()), contract), null);
  }

  private Verification verify(Exchange... exchanges) {
    sender.next(HOST, exchanges);
    return verify(Contracts.oneHorizon());
  }

  private List<String> methods() {
    return sender.requests().stream().map(Request::method).toList();
  }

  @Test
  void any2xxToHeadVerifies() {
    for (int status = 200; status < 300; status++) {
      assertEquals(
          new Verification(true, time.instant(), "HEAD answered " + status),
          verify(FakeSender.status(status)));
    }
    assertTrue(methods().stream().allMatch("HEAD"::equals));
  }

  @Test
  void aGetFollowsOnlyWhereHeadIsNotAllowed() {
    assertEquals(
        new Verification(true, time.instant(), "HEAD answered 405, GET answered 204"),
        verify(FakeSender.status(405), FakeSender.status(204)));
    assertEquals(List.of("HEAD", "GET"), methods());
  }

  @Test
  void aGetThatFailsDoesNotVerify() {
    assertEquals(
        new Verification(false, time.instant(), "HEAD answered 405, GET answered 405"),
        verify(FakeSender.status(405), FakeSender.status(405)));
    assertEquals(
        new Verification(
            false, time.instant(), "HEAD answered 405, GET failed: no response came in time"),
        verify(FakeSender.status(405), FakeSender.failed(FailureDetail.READ_TIMEOUT)));
  }

  @Test
  void everyOtherStatusDoesNotVerifyAndAsksNoMore() {
    for (int status : new int[] {301, 302, 307, 400, 401, 404, 410, 429, 500, 501, 503}) {
      Verification result = verify(FakeSender.status(status));
      assertEquals(new Verification(false, time.instant(), "HEAD answered " + status), result);
    }
    assertTrue(methods().stream().allMatch("HEAD"::equals));
  }

  @Test
  void aFailureDoesNotVerifyAndAnOwnRefusalTellsNoDetails() {
    assertEquals(
        new Verification(false, time.instant(), "HEAD failed: refused by policy"),
        verify(FakeSender.failed(FailureDetail.POLICY)));
  }

  @Test
  @SuppressWarnings("NullAway") // a host's sender that breaks its promise
  void aSenderThatThrowsOrReturnsNothingDoesNotVerifyAndShowsNothing() {
    Logged.clear();
    Verification expected =
        new Verification(false, time.instant(), "HEAD failed: the sender failed unexpectedly");
    sender.next(
        HOST,
        request -> {
          throw new IllegalStateException("top-secret-key");
        });
    assertEquals(expected, verify(Contracts.oneHorizon()));
    sender.next(
        HOST,
        request -> {
          throw new StackOverflowError("top-secret-key");
        });
    assertEquals(expected, verify(Contracts.oneHorizon()));
    sender.next(HOST, request -> null);
    assertEquals(expected, verify(Contracts.oneHorizon()));
    assertTrue(Logged.lines().stream().noneMatch(line -> line.contains("top-secret-key")));
  }

  @Test
  void noKeyAndNoBodyIsSent() {
    verify(FakeSender.status(405), FakeSender.status(200));
    for (Request request : sender.requests()) {
      assertEquals(Map.of("User-Agent", "One-Horizon-Webhooks/1.0"), request.headers());
      assertEquals(0, request.body().length);
      assertEquals(Contracts.oneHorizon().timeout(), request.deadline());
    }
  }

  private static Exchange allowing(int status, @Nullable String origin, @Nullable String rate) {
    return FakeSender.status(status).allowing(origin, rate);
  }

  private Verification shakeHands(Exchange answer) {
    sender.next(HOST, answer);
    return verify(Contracts.cloudEvents("events.acme.example"));
  }

  @Test
  void onlyTheOriginOrAStarAllowsWhateverTheStatus() {
    for (int status : new int[] {200, 204, 301, 405, 500}) {
      for (String origin : List.of("events.acme.example", "EVENTS.acme.Example", "*")) {
        assertEquals(
            new Verification(
                true,
                time.instant(),
                "OPTIONS answered " + status + " and allows the origin events.acme.example"),
            shakeHands(allowing(status, origin, null)));
      }
      for (String other :
          List.of(
              "",
              "acme.example",
              "x.events.acme.example",
              "**",
              "*, events.acme.example",
              "events.acme.example.",
              "https://events.acme.example",
              "null")) {
        assertEquals(
            new Verification(
                false,
                time.instant(),
                "OPTIONS answered "
                    + status
                    + " and does not allow the origin events.acme.example"),
            shakeHands(allowing(status, other, "*")),
            other);
      }
      assertFalse(shakeHands(allowing(status, null, "100")).verified());
    }
    assertTrue(methods().stream().allMatch("OPTIONS"::equals));
  }

  @Test
  void anAllowedRateIsTakenAndOneThatCannotBeReadAllowsNothing() {
    Verification limited = shakeHands(allowing(200, "*", "120"));
    assertEquals(Rate.of(120, Duration.ofMinutes(1)), limited.allowedRate());
    assertEquals(
        "OPTIONS answered 200 and allows the origin events.acme.example, 120 requests a minute",
        limited.detail());
    for (String none : new String[] {"*", null, "99999999999999"}) {
      assertTrue(shakeHands(allowing(200, "*", none)).verified(), none);
      assertNull(shakeHands(allowing(200, "*", none)).allowedRate(), none);
    }
    for (String odd : List.of("0", "-1", "1.5", "many", "", "60/min", "60, 60")) {
      assertEquals(
          new Verification(
              false,
              time.instant(),
              "OPTIONS answered 200 and allows the origin events.acme.example,"
                  + " but at a rate that cannot be read"),
          shakeHands(allowing(200, "*", odd)),
          odd);
    }
  }

  @Test
  void aHandshakeTellsTheOriginAndNoKey() {
    shakeHands(allowing(200, "*", null));
    Request request = sender.requests().get(0);
    assertEquals(
        Map.of(
            "WebHook-Request-Origin",
            "events.acme.example",
            "User-Agent",
            Contracts.cloudEvents("events.acme.example").wire().userAgent()),
        request.headers());
    assertEquals(0, request.body().length);
  }

  @Test
  void aHandshakeThatFailsDoesNotVerify() {
    assertEquals(
        new Verification(false, time.instant(), "OPTIONS failed: no response came in time"),
        shakeHands(FakeSender.failed(FailureDetail.READ_TIMEOUT)));
  }

  @Test
  void aContractThatNeedsNoCheckAsksNobody() {
    assertEquals(
        new Verification(true, time.instant(), "its contract needs no check"),
        verify(Samples.OPEN));
    assertEquals(List.of(), sender.requests());
  }
}
