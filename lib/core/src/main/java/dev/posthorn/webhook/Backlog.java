package dev.posthorn.webhook;

import dev.posthorn.delivery.Rate;
import java.time.Duration;

/**
 * What becomes of the deliveries that were held while a webhook was disabled.
 *
 * @param kept true if they are to be sent
 * @param ramp the pace at which sending begins; it doubles every second without a failure until it
 *     is the webhook's own rate, or no limit any more
 */
public record Backlog(boolean kept, Rate ramp) {
  private static final Rate GENTLE = Rate.of(10, Duration.ofSeconds(1));

  /** They are sent, oldest first, beginning with 10 a second. */
  public static Backlog resume() {
    return resume(GENTLE);
  }

  /** They are sent, oldest first, beginning at this pace. */
  public static Backlog resume(Rate ramp) {
    return new Backlog(true, ramp);
  }

  /**
   * They are discarded, but for those that are being attempted; the log still shows them, and each
   * can be replayed.
   */
  public static Backlog discard() {
    return new Backlog(false, GENTLE);
  }
}
