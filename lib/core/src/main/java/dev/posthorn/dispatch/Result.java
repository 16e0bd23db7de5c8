package dev.posthorn.dispatch;

import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import java.util.List;

/**
 * A result that is to be recorded.
 *
 * @param finished what became of the claim
 * @param lanes what changes with it
 * @param then what to do when it has been recorded, told whether it was accepted; quick, and it
 *     does not throw
 */
record Result(Finished finished, List<LaneChange> lanes, Then then) {

  /** What to do with a result that has been recorded. */
  @FunctionalInterface
  interface Then {
    /** Called once. */
    void recorded(boolean written);
  }
}
