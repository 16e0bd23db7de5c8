package dev.posthorn.dispatch;

import dev.posthorn.store.Claim;

/** A claim on its way through this process. The mutable part is guarded by the lanes' lock. */
final class Job {
  final Claim claim;

  /** When the lease ends, in ticks. */
  final long leaseEnds;

  /** The lanes' epoch before the claim was asked for. */
  final long epoch;

  /** True while it holds one of the permits that are kept for doubtful lanes. */
  boolean aside;

  /** When its exchange began, in ticks. */
  long startedAt;

  /** True when its exchange has ended. */
  boolean landed;

  Job(Claim claim, long leaseEnds, long epoch) {
    this.claim = claim;
    this.leaseEnds = leaseEnds;
    this.epoch = epoch;
  }
}
