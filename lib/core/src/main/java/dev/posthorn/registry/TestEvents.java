package dev.posthorn.registry;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.exchange.Exchanger;
import dev.posthorn.exchange.Target;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.webhook.Webhook;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sends test events: one attempt each, logged like any other. They are not published, so a closed
 * catalogue of event types does not concern them. Thread-safe.
 */
public final class TestEvents {
  private static final String TYPE = "webhook.test";

  private final Exchanger exchanger;
  private final DeliveryHistory history;
  private final Clock clock;
  private final Supplier<String> ids;
  private final URI source;
  private final int maxBytes;

  /**
   * Sends through an exchanger and logs in a history.
   *
   * @param ids the source of ids, unique over all processes
   * @param source the {@code source} of test events
   * @param maxBytes the greatest size of an event
   */
  public TestEvents(
      Exchanger exchanger,
      DeliveryHistory history,
      Clock clock,
      Supplier<String> ids,
      URI source,
      int maxBytes) {
    this.exchanger = exchanger;
    this.history = history;
    this.clock = clock;
    this.ids = ids;
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /** The event that is sent where the host gives none: it names the webhook as its resource. */
  CloudEvent usual(Target target) {
    String webhook = target.stored().webhook().id().value();
    String escaped = webhook.replace("\\", "\\\\").replace("\"", "\\\"");
    String data =
        "{\"resource\":{\"type\":\"webhook\",\"id\":\"%s\"},\"actor\":{\"type\":\"system\"}}"
            .formatted(escaped);
    return CloudEventBuilder.v1()
        .withId("test")
        .withSource(source)
        .withType(TYPE)
        .withSubject(webhook)
        .withData("application/json", data.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** Sends an event under a new id, so that nobody can take it for the real one. */
  Attempt send(Target target, CloudEvent sample) {
    Instant now = clock.instant();
    CloudEvent event = CloudEventBuilder.from(sample).withId("test_" + ids.get()).build();
    CanonicalEvent content = CanonicalEvent.of(event, now, maxBytes);
    Webhook webhook = target.stored().webhook();
    EventKey key = new EventKey(webhook.tenant(), event.getSource().toString(), event.getId());
    NewDelivery delivery =
        new NewDelivery(
            DeliveryId.of("dlv_" + ids.get()), webhook.id(), target.contract().maxAge(), true);
    Claim claim =
        Claim.first(delivery, key, event.getType(), content, target.stored().version(), now);
    Attempt attempt = exchanger.attempt(target, claim);
    history.keepTest(new NewEvent(key, event.getType(), content, List.of(delivery)), attempt);
    return attempt;
  }
}
