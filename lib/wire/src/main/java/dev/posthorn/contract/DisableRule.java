package dev.posthorn.contract;

/** When a webhook is disabled without its owner's doing. Its deliveries are held, never lost. */
public enum DisableRule {
  /** Never by itself. */
  NEVER(false, false),
  /** When the endpoint answers 410 Gone. */
  ON_GONE(true, false),
  /**
   * When a delivery has used up all its attempts; not when one is too old, or refused by the
   * endpoint policy.
   */
  ON_EXHAUSTED(false, true),
  /** On either. */
  ON_GONE_OR_EXHAUSTED(true, true);

  private final boolean onGone;
  private final boolean onExhausted;

  DisableRule(boolean onGone, boolean onExhausted) {
    this.onGone = onGone;
    this.onExhausted = onExhausted;
  }

  /** True if an answer of 410 disables the webhook. */
  public boolean onGone() {
    return onGone;
  }

  /** True if a delivery that has used up all its attempts disables the webhook. */
  public boolean onExhausted() {
    return onExhausted;
  }
}
