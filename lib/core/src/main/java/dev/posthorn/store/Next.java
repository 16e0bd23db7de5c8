package dev.posthorn.store;

import dev.posthorn.delivery.EndReason;
import java.time.Duration;

/** Where a delivery stands after a claim. Writing any of them ends the claim. */
public sealed interface Next {

  /** The receiver took it. */
  record Delivered() implements Next {}

  /**
   * Tried, and to be tried again.
   *
   * @param delay from now; zero for at once
   */
  record DueIn(Duration delay) implements Next {}

  /**
   * Given up.
   *
   * @param reason why
   */
  record Exhausted(EndReason reason) implements Next {}

  /** Not tried: due again at once, as if it had not been claimed; a lapse is not counted. */
  record GivenBack() implements Next {}
}
