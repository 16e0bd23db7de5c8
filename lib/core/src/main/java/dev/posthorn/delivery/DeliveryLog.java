package dev.posthorn.delivery;

/**
 * What a settings page and the night shift read: every delivery, every attempt, and why something
 * was not delivered. Thread-safe; all calls read or write the store and block for as long as it
 * takes. Ids of another tenant are not found.
 */
public interface DeliveryLog {

  /** The log of one tenant; without it, that of {@link Tenant#DEFAULT}. */
  DeliveryLog forTenant(Tenant tenant);

  /**
   * The deliveries of a webhook, newest first.
   *
   * @throws NotFoundException if there is no such webhook
   */
  Page<Delivery> of(WebhookId webhook, Page.Request page);

  /** The deliveries of an event, newest first; empty if it is not known. */
  Page<Delivery> ofEvent(String source, String id, Page.Request page);

  /**
   * Why a delivery stands where it stands, with all its attempts, and when it is tried next.
   *
   * @throws NotFoundException if there is no such delivery
   */
  Explanation explain(DeliveryId delivery);

  /**
   * How a webhook is being sent to, why, and when next.
   *
   * @throws NotFoundException if there is no such webhook
   */
  LaneReport explain(WebhookId webhook);

  /**
   * Sends a delivery again, whatever became of it: the same id and bytes in a new round of
   * attempts. One that is waiting for a retry is tried now instead, within its round. One that is
   * held stays held, and one that is being attempted stays as it is. So does one that has ended
   * while its webhook's quota of pending deliveries is full.
   *
   * @return the delivery as it stands now
   * @throws NotFoundException if there is no such delivery
   */
  Delivery replay(DeliveryId delivery);

  /**
   * Forgets a webhook's finished deliveries and their attempts; what is pending stays, and so does
   * the webhook.
   *
   * @return how many deliveries were forgotten
   * @throws NotFoundException if there is no such webhook
   */
  int clear(WebhookId webhook);
}
