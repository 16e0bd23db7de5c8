package dev.posthorn.event;

/** An event breaks a rule of CloudEvents 1.0 or a limit, and was not accepted. */
public final class InvalidEventException extends PosthornException {
  private static final long serialVersionUID = 1L;

  /** Says which attribute or limit, and the value. */
  public InvalidEventException(String message) {
    super(message);
  }

  /** As {@link #InvalidEventException(String)}, keeping the parser's complaint. */
  public InvalidEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
