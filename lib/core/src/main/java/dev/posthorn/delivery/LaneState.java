package dev.posthorn.delivery;

/** How a webhook is being sent to. */
public enum LaneState {
  /** Normally. */
  OPEN,
  /** Not for a while: it failed too often in a row. No retries are spent meanwhile. */
  FAILING,
  /** Not for a while: the receiver asked for it with {@code Retry-After}. */
  GATED,
  /** Slowly at first, because it has just come back. */
  RAMPING,
  /** Not at all: it is disabled or not verified. Its deliveries wait. */
  HELD
}
