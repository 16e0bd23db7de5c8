package dev.posthorn.contract;

/**
 * Why an attempt failed, in the words that travel on the wire. The first three are those of One
 * Horizon's {@code X-One-Retry-Reason} header; {@link FailureDetail} tells more.
 */
public enum FailureReason {
  /**
   * The exchange did not end within the contract's timeout, or no process was left to tell how it
   * ended.
   */
  HTTP_TIMEOUT("http_timeout"),
  /** No HTTP response came: name, connection, TLS, a reset, or an answer that is not HTTP. */
  CONNECTION_FAILED("connection_failed"),
  /** A response came whose status the contract does not count as success. */
  HTTP_ERROR("http_error"),
  /** Posthorn's own guard refused to connect; nothing went on the wire. Permanent. */
  REFUSED("refused");

  private final String wireName;

  FailureReason(String wireName) {
    this.wireName = wireName;
  }

  /** The name in headers and logs, for example {@code http_timeout}. */
  public String wireName() {
    return wireName;
  }
}
