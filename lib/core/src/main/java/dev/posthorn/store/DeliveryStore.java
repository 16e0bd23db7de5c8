package dev.posthorn.store;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The three calls that the engine lives on: add, claim, record. Blocking, thread-safe, in batches.
 *
 * <p>Time is the store's own clock, so only durations go in and out. A claim is a lease, and a
 * lease is a due time: claiming sets {@code due = now + lease} and counts the fence up by one, so
 * nothing separate expires, and a dead process's work comes back by itself.
 *
 * <p>Any {@link RuntimeException} means that the outcome is not known; each call is safe to repeat.
 *
 * <p>For implementers: durations and instants may be kept to the microsecond, rounded so that
 * nothing happens too early. Where rows are locked, wait for deliveries and lanes always in the
 * same order, and within each kind in the order of its ids, or two calls block each other; whoever
 * locks them the other way round passes over what is locked. Let deliveries refer to one life of a
 * webhook, not to its id, which may be deleted and used again.
 */
public interface DeliveryStore {

  /**
   * Stores events and their deliveries: all or none, and visible at once. For an event whose key is
   * known nothing is stored. An event without deliveries is not stored.
   *
   * <p>A delivery asked to be born claimed is so only if its webhook's lane is open and without
   * pace, a limit included; otherwise it waits. It has fence 1 and the given lease. A call that
   * began before a webhook was disabled may still grant such a claim after it. A webhook that is
   * gone, or is another tenant's, gets no delivery. A delivery id that is taken is an {@link
   * IllegalArgumentException}, and nothing is stored.
   *
   * @param events at most 1,000
   * @param lease of those that are born claimed
   * @return one answer per event, in their order
   * @throws dev.posthorn.delivery.StoreFullException if there is no room; then nothing is stored
   */
  List<Added> add(List<NewEvent> events, Duration lease);

  /**
   * As {@link #add(List, Duration)}, in a transaction of the host: what is stored is visible when
   * that commits, and has never been when it rolls back. Nothing is born claimed, and nothing is
   * written that another such transaction has to wait for, but for the same event. By default this
   * is refused.
   *
   * @throws IllegalArgumentException if the store cannot join such a transaction
   */
  default List<Added> add(List<NewEvent> events, Transaction transaction) {
    throw new IllegalArgumentException(
        getClass().getSimpleName()
            + " cannot join "
            + transaction.getClass().getName()
            + ": publish without in(...), or use a store on that database");
  }

  /**
   * Leases due deliveries, oldest due first within a lane, and at most as many of a lane as there
   * is room for. Never of a lane that is held, gated, or out of pace. Leases that have run out, of
   * whichever process, are due.
   */
  Claims claim(ClaimRequest request);

  /**
   * Writes results and lane changes in one atomic step. A result is skipped if its claim does not
   * live any more: another one has been granted, a result has been written for it, or its delivery
   * is gone. So a repeated call skips what the first one wrote. A change of a lane that is gone is
   * skipped as well.
   *
   * @return the results that were skipped; usually none
   */
  Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes);
}
