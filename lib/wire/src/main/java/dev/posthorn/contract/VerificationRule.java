package dev.posthorn.contract;

/** How an endpoint proves, before events go there, that it is one. */
public enum VerificationRule {
  /**
   * HEAD, and GET only if HEAD answers 405; any 2xx verifies, whatever the contract's success rule.
   * No key and no body is sent, no redirect followed. Webhooks that are not verified hold their
   * deliveries. The requests are those of One Horizon's documents, the holding is Posthorn's
   * choice.
   */
  HEAD_THEN_GET,
  /** No check; events go there at once. */
  NONE;

  /** True if a webhook of this rule holds its deliveries until it has been verified. */
  public boolean holdsUnverified() {
    return this != NONE;
  }
}
