package dev.posthorn.contract;

import dev.posthorn.event.PosthornException;

/**
 * A request is not a delivery that this contract lets in. {@link #status()} is what to answer,
 * {@link #reason()} what may stand in the answer.
 *
 * <p>A reason is written by the contract and quotes nothing of the request. The message is for the
 * receiver's own log: it may also say what the body's parser found, in printable ASCII, at most 300
 * characters. Neither holds a key.
 */
public final class RefusedException extends PosthornException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_DETAIL = 300;

  private final int status;
  private final String reason;

  private RefusedException(int status, String reason) {
    super(reason);
    this.status = status;
    this.reason = reason;
  }

  private RefusedException(int status, String reason, String detail) {
    super(reason + ": " + printable(detail));
    this.status = status;
    this.reason = reason;
  }

  /** 400: the request breaks the contract. */
  public static RefusedException malformed(String reason) {
    return new RefusedException(400, reason);
  }

  /** 400, with a detail for the message alone: it may quote the request, not a key. */
  public static RefusedException malformed(String reason, String detail) {
    return new RefusedException(400, reason, detail);
  }

  /** 401: no proof of the sender, or one that none of the current keys accepts. */
  public static RefusedException unauthenticated(String reason) {
    return new RefusedException(401, reason);
  }

  /** 413: the body has more bytes than the receiver reads. */
  public static RefusedException tooLarge(String reason) {
    return new RefusedException(413, reason);
  }

  /** 415: the body's media type or coding is not the contract's. */
  public static RefusedException unsupportedType(String reason) {
    return new RefusedException(415, reason);
  }

  /** The HTTP status to answer: 400, 401, 413 or 415. */
  public int status() {
    return status;
  }

  /** A short English clause, safe to send back. */
  public String reason() {
    return reason;
  }

  /**
   * What a parser quotes comes from outside: it must not begin a new line in a log, or fill it. For
   * the same reason there is no cause, whose message would be printed with the stack.
   */
  private static String printable(String detail) {
    int length = Math.min(detail.length(), LONGEST_DETAIL);
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = detail.charAt(i);
      out.append(c >= 0x20 && c <= 0x7e ? c : '?');
    }
    return out.toString();
  }
}
