package dev.posthorn.event;

/**
 * An event breaks a rule of CloudEvents 1.0, is too large, is of a type that a closed catalogue
 * does not name, or its data is not JSON; it was not accepted. A web API answers 400.
 */
public final class InvalidEventException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says which attribute or limit, and its value, but nothing long of the data. */
  public InvalidEventException(String message) {
    super(message);
  }

  /** As {@link #InvalidEventException(String)}, keeping the parser's complaint. */
  public InvalidEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
