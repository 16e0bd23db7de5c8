package dev.posthorn;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import java.util.List;

/**
 * What became of an event that was published.
 *
 * @param event which event
 * @param status what became of it
 * @param deliveries the deliveries that were made by this call, one for each webhook, those
 *     included that were discarded at once because their webhook's quota was full; empty unless
 *     accepted
 */
public record Published(EventKey event, Status status, List<DeliveryId> deliveries) {

  /** What becomes of an event. */
  public enum Status {
    /** It is stored, with a delivery for each webhook that wants it. */
    ACCEPTED,
    /** It was published before; nothing was made. */
    KNOWN,
    /**
     * Another event was published before under the same source and id; nothing was made. Give the
     * new one an id of its own.
     */
    CONFLICTING,
    /** No webhook wants it; nothing was stored, so nothing will be remembered. */
    UNWANTED
  }

  /** True if deliveries were made. */
  public boolean accepted() {
    return status == Status.ACCEPTED;
  }
}
