package dev.posthorn.contract;

/** What exactly went wrong in an attempt; each detail belongs to one {@link FailureReason}. */
public enum FailureDetail {
  /** The host name could not be resolved, or not in time. */
  DNS(FailureReason.CONNECTION_FAILED, "the host name could not be resolved"),
  /** The endpoint's machine refused the connection. */
  CONNECT_REFUSED(FailureReason.CONNECTION_FAILED, "the connection was refused"),
  /** The endpoint's network or machine could not be reached. */
  UNREACHABLE(FailureReason.CONNECTION_FAILED, "the endpoint could not be reached"),
  /** No connection was made within the timeout. */
  CONNECT_TIMEOUT(FailureReason.HTTP_TIMEOUT, "no connection was made in time"),
  /** The TLS handshake failed: certificate, name or protocol. */
  TLS(FailureReason.CONNECTION_FAILED, "the TLS handshake failed"),
  /** The connection was closed or reset before the head of a response had come. */
  RESET(FailureReason.CONNECTION_FAILED, "the connection was closed before a response came"),
  /** The connection stood, but no whole response came within the timeout. */
  READ_TIMEOUT(FailureReason.HTTP_TIMEOUT, "no response came in time"),
  /** What came back is not a valid HTTP response. */
  PROTOCOL(FailureReason.CONNECTION_FAILED, "what came back is not a valid HTTP response"),
  /** A response came, and its status is not success. */
  STATUS(FailureReason.HTTP_ERROR, "the endpoint answered with an error"),
  /** The endpoint policy forbids the address; nothing was sent. */
  POLICY(FailureReason.REFUSED, "refused by policy"),
  /**
   * The process that held the delivery ended, or stood still, before it could tell what came of it,
   * five times in a row.
   */
  LEASE_LAPSED(FailureReason.HTTP_TIMEOUT, "no result was recorded before the lease lapsed"),
  /** The sender itself failed in a way that it should not. */
  SENDER(FailureReason.CONNECTION_FAILED, "the sender failed unexpectedly");

  private final FailureReason reason;
  private final String explanation;

  FailureDetail(FailureReason reason, String explanation) {
    this.reason = reason;
    this.explanation = explanation;
  }

  /** The reason that this detail belongs to. */
  public FailureReason reason() {
    return reason;
  }

  /** A short English clause for a person, for example {@code the connection was refused}. */
  public String explanation() {
    return explanation;
  }
}
