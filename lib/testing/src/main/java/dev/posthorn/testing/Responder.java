package dev.posthorn.testing;

/**
 * Decides by the request what to answer, for endpoints that a script cannot describe. Called on a
 * thread of the receiver, for several requests at the same time. It may block until the test lets
 * it go on: a receiver that is closed waits for it, and fails after 5 seconds.
 */
@FunctionalInterface
public interface Responder {

  /**
   * What to do with a request.
   *
   * @throws Exception if it goes wrong: the sender is answered 500, with what was thrown as the
   *     body
   */
  Answer answer(Seen request) throws Exception;
}
