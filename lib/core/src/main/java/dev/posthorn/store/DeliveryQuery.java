package dev.posthorn.store;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries: those that fulfil everything that is not null.
 *
 * @param tenant whose
 * @param webhook where they go; required unless {@code delivery} or {@code event} is given
 * @param delivery exactly this one
 * @param event those of this event
 * @param states in one of these states
 */
public record DeliveryQuery(
    Tenant tenant,
    @Nullable WebhookId webhook,
    @Nullable DeliveryId delivery,
    @Nullable EventKey event,
    Set<DeliveryState> states) {

  /**
   * Checks that it names something.
   *
   * @throws IllegalArgumentException if neither webhook, delivery nor event is given
   */
  public DeliveryQuery {
    if (webhook == null && delivery == null && event == null) {
      throw new IllegalArgumentException("a query names a webhook, a delivery or an event");
    }
    states = Set.copyOf(states);
  }

  /** All deliveries to a webhook. */
  public static DeliveryQuery of(Tenant tenant, WebhookId webhook) {
    return new DeliveryQuery(tenant, webhook, null, null, EnumSet.allOf(DeliveryState.class));
  }

  /** One delivery. */
  public static DeliveryQuery of(Tenant tenant, DeliveryId delivery) {
    return new DeliveryQuery(tenant, null, delivery, null, EnumSet.allOf(DeliveryState.class));
  }

  /** All deliveries of an event. */
  public static DeliveryQuery of(EventKey event) {
    return new DeliveryQuery(event.tenant(), null, null, event, EnumSet.allOf(DeliveryState.class));
  }

  /** The same, only in these states. */
  public DeliveryQuery in(Set<DeliveryState> wanted) {
    return new DeliveryQuery(tenant, webhook, delivery, event, wanted);
  }
}
