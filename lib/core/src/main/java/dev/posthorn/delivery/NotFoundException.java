package dev.posthorn.delivery;

import dev.posthorn.event.PosthornException;

/** There is no such webhook or delivery, or it belongs to another tenant. A web API answers 404. */
public final class NotFoundException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says what was looked for. */
  public NotFoundException(String message) {
    super(message);
  }
}
