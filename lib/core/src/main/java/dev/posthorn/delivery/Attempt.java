package dev.posthorn.delivery;

import dev.posthorn.contract.Outcome;
import java.time.Duration;
import java.time.Instant;

/**
 * One exchange of a delivery.
 *
 * @param round which round of the delivery, from 1
 * @param number which attempt of the round, from 1
 * @param startedAt when it began, by the sending process's clock
 * @param took how long the exchange lasted, name look-up and connection included
 * @param outcome what it came to
 * @param snippet the beginning of the response's text, at most 1,024 characters, cleaned of control
 *     characters, the webhook's keys and its URL's query shown as {@code [redacted]}; empty if
 *     there was none or it was not text
 * @param resent true if the request went out twice because a kept-alive connection turned out dead
 *     before a byte of response had come
 */
public record Attempt(
    int round,
    int number,
    Instant startedAt,
    Duration took,
    Outcome outcome,
    String snippet,
    boolean resent) {

  /** The same without the snippet. */
  public Attempt withoutSnippet() {
    return new Attempt(round, number, startedAt, took, outcome, "", resent);
  }
}
