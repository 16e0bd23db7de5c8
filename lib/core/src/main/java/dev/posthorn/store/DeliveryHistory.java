package dev.posthorn.store;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reading, and work in bulk. Every call is bounded by its page or limit. Thread-safe. A cursor that
 * no page returned is an {@link IllegalArgumentException}.
 */
public interface DeliveryHistory {

  /** Deliveries, those accepted last first, test events included. */
  Page<Delivery> list(DeliveryQuery query, Page.Request page);

  /**
   * A tenant's deliveries, to all of its webhooks, that have been given up: those that are {@code
   * EXHAUSTED}, test events left out. Those that ended last come first. A cursor stays good
   * whatever happens to deliveries between two pages: what does not change is on exactly one of
   * them. The time that a page takes does not grow with the number of deliveries.
   */
  Page<Delivery> failed(Tenant tenant, Page.Request page);

  /** All attempts of a delivery that are kept, newest first; empty if there is none such. */
  List<Attempt> attempts(DeliveryId delivery);

  /**
   * Makes deliveries due now. One that has ended starts a new round: no attempts, no lapses, a new
   * age. One that waits for a retry keeps its round and attempts. One that is claimed stays as it
   * is, and so does one that has ended while its webhook has as many pending deliveries as the
   * store allows.
   *
   * @return how many were changed
   */
  int requeue(DeliveryQuery query, int limit);

  /**
   * Starts a new round of those deliveries of a webhook that {@link #failed} names and that ended
   * at or after {@code since} and before {@code until}, by the store's clock; those that ended
   * first are taken first. Where the store limits how many deliveries of a webhook are pending, it
   * goes no further than that. Those of a webhook that is held are held. Nothing happens if there
   * is no such webhook, or if {@code since} is not before {@code until}; any instants are good.
   *
   * @return how many were changed, and whether the quota kept others back; fewer than the limit
   *     only if it did or none is left
   */
  Replayed requeueFailed(Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit);

  /**
   * Ends pending and held deliveries as discarded by their owner, claimed ones excepted.
   *
   * @return how many were changed
   */
  int discard(DeliveryQuery query, int limit);

  /**
   * Forgets deliveries that have ended, with their attempts, and events that have none left.
   *
   * @return how many were forgotten
   */
  int remove(DeliveryQuery query, int limit);

  /**
   * Ends pending and held deliveries that are older than their maximum age, claimed ones excepted.
   * Called every minute: where very many wait, one call may look through some of them, and the next
   * one through others.
   *
   * @return those that were ended, as they stand now
   */
  List<Delivery> expire(int limit);

  /**
   * Keeps a test event's one delivery and attempt as finished, without a claim. The delivery ends
   * as delivered if the attempt was accepted, otherwise as exhausted by {@code EndReason.TEST}.
   */
  void keepTest(NewEvent event, Attempt attempt);

  /** How a webhook's lane stands; empty if there is no such webhook. */
  Optional<LaneReport> lane(WebhookId webhook);

  /**
   * The state of the whole, in bounded time.
   *
   * @param lanes the greatest number of troubled lanes to name
   */
  StoreReport report(int lanes);
}
