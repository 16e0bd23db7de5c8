package dev.posthorn.delivery;

/**
 * Told about what this process does with deliveries; what other processes on the same store do, and
 * test events, it is not told. Called after the fact has been stored, on a thread of Posthorn's
 * own, one call after another; a slow listener delays only itself, and one that is 10,000 calls
 * behind misses some. What it throws is logged and otherwise ignored. A fact may be told twice
 * where the store failed in between, or not at all if the process ends: the store is the truth. By
 * the time of the call, what the log says may be newer already, and its times are the store's,
 * which may differ by as much as the two clocks do.
 */
public interface DeliveryListener {

  /** An attempt was made and recorded; the delivery is as it stands after it. */
  default void attempted(Delivery delivery, Attempt attempt) {}

  /** A delivery has arrived; told after its last attempt was. */
  default void delivered(Delivery delivery) {}

  /**
   * A delivery has been given up; {@link Delivery#ended()} says why. It can be replayed. One that
   * became too old ends without an attempt, and may come without its last outcome.
   */
  default void exhausted(Delivery delivery) {}

  /**
   * A delivery was stored but will not be sent, because its webhook's quota was full. Not told of
   * those that an owner discards.
   */
  default void discarded(Delivery delivery) {}

  /**
   * A webhook is about to be disabled without its owner's doing, by its contract's rule; this alone
   * is told before it is stored.
   *
   * @param why a clause for a person, for example {@code the endpoint answered 410 Gone}
   */
  default void disabling(WebhookId webhook, String why) {}

  /**
   * A webhook has been disabled without its owner's doing; its deliveries are held.
   *
   * @param why as in {@link #disabling}
   */
  default void disabled(WebhookId webhook, String why) {}
}
