package dev.posthorn.delivery;

/** Why a delivery ended without having been delivered. */
public enum EndReason {
  /** The retry policy allows no further attempt. */
  RETRIES_USED_UP("all attempts are used up"),
  /** The last failure is one that no retry can mend. */
  PERMANENT_FAILURE("the failure is permanent"),
  /** It had waited longer than the contract's maximum age. */
  EXPIRED("it had waited longer than its contract allows"),
  /** The webhook had as many pending deliveries as the store allows one webhook. */
  QUOTA("the webhook's quota of pending deliveries was full"),
  /** The owner chose to discard what was held. */
  DISCARDED_BY_OWNER("its owner chose so"),
  /** It was a test event, which is tried once. */
  TEST("it was a test event, which is tried once");

  private final String explanation;

  EndReason(String explanation) {
    this.explanation = explanation;
  }

  /** A clause for a person. */
  public String explanation() {
    return explanation;
  }
}
