package dev.posthorn.event;

/**
 * The base of everything that Posthorn throws on purpose. After any of them the caller still has
 * its event, and nothing has been half done.
 */
public abstract class PosthornException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A message says what is wrong, the value, and what to do; it never holds a secret. */
  protected PosthornException(String message) {
    super(message);
  }

  /** As {@link #PosthornException(String)}, keeping what caused it. */
  protected PosthornException(String message, Throwable cause) {
    super(message, cause);
  }
}
