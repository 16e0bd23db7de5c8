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
  /**
   * An {@code OPTIONS} request asks whether the contract's origin may send, and how often
   * (CloudEvents Web Hooks 1.0.2, section 4): only {@code WebHook-Allowed-Origin} with that origin
   * or {@code *} verifies, whatever the status; {@code WebHook-Allowed-Rate} becomes the webhook's
   * pace. No key and no body is sent, no redirect followed. Webhooks that are not verified hold
   * their deliveries. The contract's wire format must name an origin.
   */
  HANDSHAKE,
  /** No check; events go there at once. */
  NONE;

  /** True if a webhook of this rule holds its deliveries until it has been verified. */
  public boolean holdsUnverified() {
    return this != NONE;
  }
}
