package dev.posthorn.delivery;

/**
 * A transaction of the host in which events can be published: they are stored when it commits, and
 * have never been when it rolls back. Stores that can join one bring a type of their own that makes
 * it from what the host has, such as a connection; others refuse it.
 *
 * <p>Not thread-safe: used by the thread that the transaction belongs to.
 */
public interface Transaction {

  /**
   * Has something run after the commit, on whichever thread commits, and never after a rollback. It
   * is quick and does not throw. A transaction that cannot tell may leave it out: what was stored
   * is found a second or so later.
   */
  void afterCommit(Runnable action);
}
