package dev.posthorn.delivery;

import java.time.Instant;

/**
 * What a settings page and the night shift read: every delivery, every attempt, and why something
 * was not delivered. Thread-safe; all calls read or write the store and block for as long as it
 * takes; what the store throws, they throw. Ids of another tenant are not found.
 */
public interface DeliveryLog {

  /** The log of one tenant; without it, that of {@link Tenant#DEFAULT}. */
  DeliveryLog forTenant(Tenant tenant);

  /**
   * The deliveries of a webhook, those accepted last first, test events included.
   *
   * @throws NotFoundException if there is no such webhook
   */
  Page<Delivery> of(WebhookId webhook, Page.Request page);

  /** The deliveries of an event, one for each webhook; empty if it is not known. */
  Page<Delivery> ofEvent(String source, String id, Page.Request page);

  /**
   * What needs a person: the deliveries, to all of the tenant's webhooks, that were given up and
   * have not been replayed since ({@link DeliveryState#EXHAUSTED}), those that ended last first.
   * {@link Delivery#ended()} and {@link Delivery#endedAt()} say why and when. Test events and what
   * was discarded are left out.
   *
   * <p>While pages are read, deliveries may be given up, replayed or forgotten: each one that stays
   * as it is comes on exactly one page.
   */
  Page<Delivery> failed(Page.Request page);

  /**
   * Why a delivery stands where it stands, with its attempts, and when it is tried next.
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
   * Sends a delivery again, whatever became of it: one that has ended, delivered ones too, goes out
   * with the same id and bytes in a new round of attempts. One that is waiting for a retry is tried
   * now instead, within its round. One that is held stays held, and one that is being attempted
   * stays as it is. So does one that has ended while its webhook's quota of pending deliveries is
   * full: {@link Delivery#round()} tells.
   *
   * @return the delivery as it stands now
   * @throws NotFoundException if there is no such delivery
   */
  Delivery replay(DeliveryId delivery);

  /**
   * Sends again what a webhook missed, for example in an outage: the deliveries to it that {@link
   * #failed} names and that ended at or after {@code since} and before {@code until}, by the
   * store's clock. Each starts a new round of attempts with the same id and bytes; those that ended
   * first are taken first. If the webhook is disabled or not verified, they are held.
   *
   * <p>One call takes up to {@code limit} of them. All of them, in steps:
   *
   * <pre>{@code
   * Instant until = Instant.now();
   * while (log.replayFailed(webhook, since, until, 1000).count() == 1000) {}
   * }</pre>
   *
   * <p>This ends even while the endpoint still fails, if {@code until} is not in the future: what
   * is given up again ends then or later, so nothing is taken twice. For the same reason the loop
   * may be stopped at any step and started again with the same instants, by another process too.
   *
   * <p>A store may limit how many deliveries of one webhook are pending. When that many are, fewer
   * than {@code limit} are taken, perhaps none, so the loop ends; then {@link Replayed#quotaFull()}
   * is true: call again with the same instants when some have been sent. If it is false and fewer
   * than {@code limit} were taken, none is left.
   *
   * @param limit 1 to 1,000
   * @throws NotFoundException if there is no such webhook
   * @throws IllegalArgumentException if the limit is out of its range, or {@code since} is after
   *     {@code until}
   */
  Replayed replayFailed(WebhookId webhook, Instant since, Instant until, int limit);

  /**
   * Forgets a webhook's finished deliveries and their attempts; what is pending stays, and so does
   * the webhook.
   *
   * @return how many deliveries were forgotten
   * @throws NotFoundException if there is no such webhook
   */
  int clear(WebhookId webhook);
}
