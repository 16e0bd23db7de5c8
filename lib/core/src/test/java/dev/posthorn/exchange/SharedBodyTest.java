package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.StoredWebhook;
import io.cloudevents.CloudEvent;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One event's body is made once for all exchanges that overlap, and not held after the last. */
class SharedBodyTest {
  private final FakeSender sender = new FakeSender();
  private final Exchanger exchanger = new Exchanger(sender, new HandTime());
  private final Claim claim = Samples.claim("w", "dlv_1");
  private final List<WeakReference<BodyFormat.Encoded>> made = new ArrayList<>();
  private final DeliveryContract contract = Samples.OPEN.body(new Watched(made));

  /** Says what it has made, without holding it. */
  private record Watched(List<WeakReference<Encoded>> made) implements BodyFormat {
    @Override
    public Encoded encode(CanonicalEvent event, String webhookId) {
      Encoded encoded = BodyFormats.batch().encode(event, webhookId);
      made.add(new WeakReference<>(encoded));
      return encoded;
    }

    @Override
    public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
      return BodyFormats.batch().decode(prefix, headers, body);
    }

    @Override
    public boolean perWebhook() {
      return false;
    }
  }

  /** Sends the same event to another webhook. */
  private Attempt sendTo(String webhook) {
    StoredWebhook stored = Samples.webhook(webhook, Tenant.DEFAULT, contract.name(), "*");
    return exchanger.attempt(
        new Target(stored, URI.create(stored.webhook().url()), contract), claim);
  }

  /** Collects until something that nobody held before is gone; then so is all the rest of it. */
  private static void collectGarbage() {
    WeakReference<Object> sign = new WeakReference<>(new Object());
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          while (sign.get() != null) {
            System.gc();
          }
        });
  }

  @Test
  void aCollectionDuringAnExchangeDropsNoBodyThatIsUnderWay() {
    sender.next(
        "first.example",
        request -> {
          collectGarbage();
          sendTo("second");
          return FakeSender.status(200);
        });
    sendTo("first");

    List<Request> sent = sender.requests();
    assertEquals(2, sent.size());
    assertEquals(1, made.size(), "it was made once");
    assertSame(sent.get(0).body(), sent.get(1).body());
  }

  @Test
  void afterTheLastExchangeNobodyHoldsIt() {
    sendTo("first");
    sender.requests().clear();
    collectGarbage();
    assertNull(made.get(0).get(), "the event waits for other webhooks without it");
    sendTo("second");
    assertEquals(2, made.size(), "it is made again when it is needed again");
  }
}
