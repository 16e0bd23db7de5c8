package dev.posthorn.testing;

/**
 * No failure of its own: attached to the failure of a test, it tells what became of each delivery
 * and what the receiver saw. It holds ids, types, states and statuses, and neither keys nor bodies.
 */
final class WhatHappened extends Exception {
  private static final long serialVersionUID = 1L;

  private WhatHappened(String story) {
    super(story, null, false, false);
  }

  /** Never fails itself: the author of the test needs the first failure. */
  static void explain(Throwable failure, TestPosthorn posthorn) {
    try {
      failure.addSuppressed(new WhatHappened(posthorn.story()));
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
