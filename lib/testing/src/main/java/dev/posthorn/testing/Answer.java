package dev.posthorn.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link ScriptedReceiver} does with one request:
 *
 * <pre>{@code
 * Answer.status(503).header("Retry-After", "90").body("come back later")
 * }</pre>
 *
 * <p>Immutable; the methods return a copy.
 */
public final class Answer {
  private static final int NONE = 0;
  private static final Answer HANG = new Answer(NONE, false, Map.of(), "");
  private static final Answer RESET = new Answer(NONE, true, Map.of(), "");

  private final int status;
  private final boolean cuts;
  private final Map<String, String> headers;
  private final String body;

  private Answer(int status, boolean cuts, Map<String, String> headers, String body) {
    this.status = status;
    this.cuts = cuts;
    this.headers = headers;
    this.body = body;
  }

  /**
   * An answer without a body.
   *
   * @param status 200 to 599
   * @throws IllegalArgumentException if the status is not 200 to 599
   */
  public static Answer status(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("an answer's status must be 200 to 599: " + status);
    }
    return new Answer(status, false, Map.of(), "");
  }

  /** Not a word, until the sender gives up or the receiver is closed. */
  public static Answer hang() {
    return HANG;
  }

  /** The connection is cut off without an answer; see {@link ScriptedReceiver#resets}. */
  public static Answer reset() {
    return RESET;
  }

  /**
   * The same with one more header, which replaces one of the same name.
   *
   * @throws IllegalArgumentException if the name is none (RFC 9110, section 5.1) or the value is
   *     not printable ASCII
   * @throws IllegalStateException if this is no answer, but {@link #hang} or {@link #reset}
   */
  public Answer header(String name, String value) {
    requireAnswer("a header");
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("not a header name: \"" + name + "\"");
    }
    if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
      throw new IllegalArgumentException("the value of " + name + " must be printable ASCII");
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.keySet().removeIf(name::equalsIgnoreCase);
    more.put(name, value);
    return new Answer(status, cuts, more, body);
  }

  /**
   * The same with a body, in UTF-8, which replaces the one before; {@code ""} is none. Unless a
   * header says otherwise it is {@code text/plain}. HEAD is answered without it.
   *
   * @throws IllegalArgumentException if the status is 204 or 304, which have no body (RFC 9110,
   *     sections 15.3.5 and 15.4.5)
   * @throws IllegalStateException if this is no answer, but {@link #hang} or {@link #reset}
   */
  public Answer body(String text) {
    requireAnswer("a body");
    if (!text.isEmpty() && (status == 204 || status == 304)) {
      throw new IllegalArgumentException("an answer of " + status + " has no body: use another");
    }
    return new Answer(status, cuts, headers, text);
  }

  private void requireAnswer(String what) {
    if (status == NONE) {
      throw new IllegalStateException("where nothing is answered there cannot be " + what);
    }
  }

  /** The HTTP status, or 0 if nothing is answered. */
  int status() {
    return status;
  }

  /** True if the connection is cut off. */
  boolean cuts() {
    return cuts;
  }

  /** Those given, and what the body needs. */
  Map<String, String> headers() {
    boolean isTyped = headers.keySet().stream().anyMatch("Content-Type"::equalsIgnoreCase);
    if (body.isEmpty() || isTyped) {
      return headers;
    }
    Map<String, String> typed = new LinkedHashMap<>(headers);
    typed.put("Content-Type", "text/plain; charset=utf-8");
    return typed;
  }

  byte[] body() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  /** For example {@code Answer[503]}. */
  @Override
  public String toString() {
    return "Answer[" + (status != NONE ? "" + status : cuts ? "reset" : "hang") + "]";
  }
}
