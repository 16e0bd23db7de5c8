package dev.posthorn;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a sender refuses by policy: a person who watches sees that somebody probes. */
final class CountedRefusals implements WebhookSender {
  private final WebhookSender sender;
  private final LongAdder refused = new LongAdder();

  CountedRefusals(WebhookSender sender) {
    this.sender = sender;
  }

  @Override
  public Exchange send(Request request) {
    Exchange exchange = sender.send(request);
    // Null is a host's own sender breaking its promise, which the caller deals with.
    if (exchange != null && exchange.failure() == FailureDetail.POLICY) {
      refused.increment();
    }
    return exchange;
  }

  /** Since this instance was built. */
  long refused() {
    return refused.sum();
  }

  @Override
  public Set<String> identities() {
    return sender.identities();
  }

  @Override
  public void close() {
    sender.close();
  }
}
