package dev.posthorn.exchange;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.RequestOrigin;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.webhook.Verification;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks endpoints as their contracts want it. No key is sent, no body is shown. Thread-safe. */
public final class Verifier {
  private static final Logger log = LoggerFactory.getLogger(Verifier.class);
  private static final int METHOD_NOT_ALLOWED = 405;

  private final WebhookSender sender;
  private final Clock clock;

  /** Checks through a sender and dates checks by a clock. */
  public Verifier(WebhookSender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * Checks an endpoint; blocks for at most twice the target's timeout.
   *
   * @param callback where a receiver may allow it later, if its contract asks; null for nowhere
   */
  public Verification verify(Target target, @Nullable URI callback) {
    return switch (target.contract().verification()) {
      case NONE -> new Verification(true, clock.instant(), "its contract needs no check");
      case HEAD_THEN_GET -> headThenGet(target);
      case HANDSHAKE -> handshake(target, callback);
    };
  }

  private Verification headThenGet(Target target) {
    WebhookSender.Exchange head = ask(target, "HEAD");
    if (head.status() != METHOD_NOT_ALLOWED) {
      return result(head, "HEAD " + told(head));
    }
    WebhookSender.Exchange get = ask(target, "GET");
    return result(get, "HEAD answered 405, GET " + told(get));
  }

  private Verification handshake(Target target, @Nullable URI callback) {
    RequestOrigin origin = Objects.requireNonNull(target.contract().wire().origin(), "origin");
    WebhookSender.Exchange answer =
        ask(target, "OPTIONS", Asking.headers(origin, target, callback));
    return answer.failure() == null
        ? Asking.read(answer, origin, clock.instant())
        : new Verification(false, clock.instant(), "OPTIONS " + told(answer));
  }

  /**
   * What follows from a receiver's calling back to allow an origin.
   *
   * @param allowedRate its {@code WebHook-Allowed-Rate} header; null if it sent none
   */
  public Verification calledBack(@Nullable String allowedRate) {
    return Asking.allowed("the endpoint allowed it by a call back", allowedRate, clock.instant());
  }

  private WebhookSender.Exchange ask(Target target, String method) {
    return ask(target, method, Map.of());
  }

  private WebhookSender.Exchange ask(Target target, String method, Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("User-Agent", target.contract().wire().userAgent());
    try {
      WebhookSender.Exchange exchange =
          sender.send(
              new WebhookSender.Request(
                  method, target.url(), headers, new byte[0], target.timeout(), target.tls()));
      return Objects.requireNonNull(exchange, "what a sender returns");
    } catch (Throwable unforeseen) { // a host's own sender may break its promise
      log.error(
          "checking webhook {} failed inside the sender: {}",
          target.stored().webhook().id(),
          unforeseen.getClass().getName());
      return WebhookSender.Exchange.failed(FailureDetail.SENDER, Duration.ZERO, false);
    }
  }

  private Verification result(WebhookSender.Exchange last, String detail) {
    boolean verified = last.status() >= 200 && last.status() <= 299;
    return new Verification(verified, clock.instant(), detail);
  }

  private static String told(WebhookSender.Exchange exchange) {
    return exchange.failure() == null
        ? "answered " + exchange.status()
        : "failed: " + exchange.failure().explanation();
  }
}
