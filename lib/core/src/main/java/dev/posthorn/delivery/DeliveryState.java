package dev.posthorn.delivery;

/** Where a delivery stands. */
public enum DeliveryState {
  /** Waiting for its first or next attempt, or in one. */
  PENDING,
  /** As pending, but its webhook is disabled or not verified, so nothing is sent. */
  HELD,
  /** The receiver took it. Final unless it is replayed. */
  DELIVERED,
  /** Given up after its last attempt, or too old. Final unless it is replayed. */
  EXHAUSTED,
  /**
   * Not to be sent, by its owner's choice or because the webhook's quota was full. Final unless it
   * is replayed.
   */
  DISCARDED;

  /** True if nothing more will happen by itself. */
  public boolean ended() {
    return this == DELIVERED || this == EXHAUSTED || this == DISCARDED;
  }
}
