package dev.posthorn.delivery;

import dev.posthorn.event.PosthornException;

/**
 * The store failed while events were published, so it is not known whether they were stored.
 * Publishing the same ones again is safe: {@code source} and {@code id} keep them from being sent
 * twice. A web API answers 503. Building an instance throws it too, if its webhooks cannot be read.
 */
public final class StoreException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says what was tried, keeping what the store threw. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
