package dev.posthorn.event;

/**
 * The base of what Posthorn throws where a call cannot be done. Nothing is half done then, and a
 * publisher still has its event. Calls that no program should make, such as arguments out of their
 * range, end with the JDK's {@link IllegalArgumentException} and {@link IllegalStateException}; no
 * method takes null where it does not say so.
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
