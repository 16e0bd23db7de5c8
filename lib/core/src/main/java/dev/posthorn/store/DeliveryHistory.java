package dev.posthorn.store;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.WebhookId;
import java.util.List;
import java.util.Optional;

/** Reading, and work in bulk. Every call is bounded by its page or limit. Thread-safe. */
public interface DeliveryHistory {

  /** Deliveries, newest accepted first. */
  Page<Delivery> list(DeliveryQuery query, Page.Request page);

  /** All attempts of a delivery that are kept, newest first; empty if there is none such. */
  List<Attempt> attempts(DeliveryId delivery);

  /**
   * Makes deliveries due now. One that has ended starts a new round: no attempts, a new age. One
   * that waits for a retry keeps its round and attempts. One that is claimed stays as it is.
   *
   * @return how many were changed
   */
  int requeue(DeliveryQuery query, int limit);

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
