package dev.posthorn.store;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import java.util.List;

/**
 * What became of one event in {@link DeliveryStore#add}.
 *
 * @param event which event
 * @param status whether it was stored
 * @param born the deliveries that were stored; those to webhooks that are gone are missing
 */
public record Added(EventKey event, Status status, List<Born> born) {

  /** Whether an event was stored. */
  public enum Status {
    /** It was not known; its deliveries, if any is left, are stored. */
    NEW,
    /** It was there already with the same digest; nothing was stored. */
    KNOWN,
    /** Another event is there under the same key; nothing was stored. */
    CONFLICTING
  }

  /**
   * One stored delivery.
   *
   * @param id which delivery
   * @param fate how it was stored
   */
  public record Born(DeliveryId id, Fate fate) {}

  /** How a delivery was stored. */
  public enum Fate {
    /** Leased to the publishing process, with fence 1. */
    CLAIMED,
    /** Due now, or held with its lane; a claim will find it. */
    WAITING,
    /** Ended as discarded, because its webhook's quota of pending deliveries was full. */
    DISCARDED
  }
}
