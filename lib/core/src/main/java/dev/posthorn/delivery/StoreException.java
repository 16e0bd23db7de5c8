package dev.posthorn.delivery;

import dev.posthorn.event.PosthornException;

/**
 * The store failed, so it is not known whether something was stored. Publishing the same event
 * again is safe: its id keeps it from being sent twice. A web API answers 503.
 */
public final class StoreException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says what was tried, keeping what the store threw. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
