package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.store.Claim;
import java.lang.ref.Reference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes attempts. Whatever happens in one becomes its outcome; nothing is thrown. Thread-safe. */
public final class Exchanger {
  private static final Logger log = LoggerFactory.getLogger(Exchanger.class);

  private final WebhookSender sender;
  private final Clock clock;

  /** Sends through a sender and dates attempts by a clock. */
  public Exchanger(WebhookSender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
  }

  /** Makes the next attempt of a claimed delivery; blocks for at most the target's timeout. */
  public Attempt attempt(Target target, Claim claim) {
    Instant startedAt = clock.instant();
    WebhookSender.Exchange exchange = exchange(target, claim, startedAt);
    Outcome outcome = judged(target, claim, exchange);
    return new Attempt(
        claim.round(),
        claim.attempts() + 1,
        startedAt,
        exchange.took(),
        outcome,
        Redaction.of(target, exchange.snippet()),
        exchange.resent());
  }

  private WebhookSender.Exchange exchange(Target target, Claim claim, Instant at) {
    try {
      Message message =
          new Message(
              claim.id().value(),
              claim.webhook().value(),
              claim.event().id(),
              claim.event().source(),
              claim.type(),
              at,
              claim.attempts(),
              claim.lastFailure());
      WireFormat wire = target.contract().wire();
      WireFormat.Encoded encoded = wire.encode(claim.content(), message, target.secrets(at));
      return sent(target, encoded);
    } catch (Throwable unforeseen) { // also an Error: a worker that dies would hold its permit
      note(claim, unforeseen);
      return WebhookSender.Exchange.failed(FailureDetail.SENDER, Duration.ZERO, false);
    }
  }

  private WebhookSender.Exchange sent(Target target, WireFormat.Encoded encoded) {
    try {
      WebhookSender.Exchange exchange =
          sender.send(
              new WebhookSender.Request(
                  "POST",
                  target.url(),
                  target.withOwn(encoded.headers()),
                  encoded.body(),
                  target.timeout(),
                  target.tls()));
      return Objects.requireNonNull(exchange, "what a sender returns");
    } finally {
      // The event holds what was made of it weakly. Until this exchange is over, the next webhook
      // gets the same, whatever the garbage collector does in between.
      Reference.reachabilityFence(encoded);
    }
  }

  private Outcome judged(Target target, Claim claim, WebhookSender.Exchange exchange) {
    try {
      return outcome(target.contract(), exchange, clock.instant());
    } catch (Throwable unforeseen) { // the success rule is the host's
      note(claim, unforeseen);
      return Outcome.Failed.of(FailureDetail.SENDER);
    }
  }

  /** The class alone: what a message holds is not ours to show. */
  private static void note(Claim claim, Throwable unforeseen) {
    log.error(
        "delivery {} of webhook {} failed inside the sender: {}",
        claim.id(),
        claim.webhook(),
        unforeseen.getClass().getName());
  }

  /** The total function from what the network did to what it means under a contract. */
  static Outcome outcome(DeliveryContract contract, WebhookSender.Exchange exchange, Instant now) {
    if (exchange.failure() != null) {
      return Outcome.Failed.of(exchange.failure());
    }
    int status = exchange.status();
    if (status < 200 || status > 599) {
      return Outcome.Failed.of(FailureDetail.PROTOCOL);
    }
    if (status < 300 && contract.success().accepts(status)) {
      return new Outcome.Accepted(status);
    }
    return Outcome.Failed.status(status, RetryAfter.parse(exchange.retryAfter(), now));
  }
}
