package dev.posthorn.delivery;

import dev.posthorn.event.PosthornException;

/**
 * The store has no room for what was published; nothing of it was stored. Publish again later. A
 * web API answers 503.
 */
public final class StoreFullException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says how full the store is. */
  public StoreFullException(String message) {
    super(message);
  }
}
