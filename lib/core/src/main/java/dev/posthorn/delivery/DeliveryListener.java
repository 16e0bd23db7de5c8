package dev.posthorn.delivery;

/**
 * Told about what happens to deliveries. Called after the fact has been stored, on Posthorn's own
 * threads, several at once, so implementations must be thread-safe and quick. What they throw is
 * logged and otherwise ignored. With a durable store an event may be told twice or, if the process
 * ends, not at all: the store is the truth.
 */
public interface DeliveryListener {

  /** An attempt was made and recorded; the delivery is as it stands after it. */
  default void attempted(Delivery delivery, Attempt attempt) {}

  /** A delivery has been given up; {@link Delivery#ended()} says why. It can be replayed. */
  default void exhausted(Delivery delivery) {}

  /** A delivery was stored but will not be sent, because its webhook's quota was full. */
  default void discarded(Delivery delivery) {}

  /** A webhook is about to be disabled without its owner's doing. */
  default void disabling(WebhookId webhook, String why) {}

  /** A webhook has been disabled without its owner's doing; its deliveries are held. */
  default void disabled(WebhookId webhook, String why) {}
}
