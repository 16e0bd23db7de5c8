package dev.posthorn.testing;

/**
 * Decides by the request what to answer, for endpoints that a script cannot describe. Called on
 * threads of the receiver, for several requests at the same time. It may block until the test lets
 * it go on: closing the receiver waits for it, and fails after 5 seconds.
 */
@FunctionalInterface
public interface Responder {

  /**
   * What to do with a request.
   *
   * @return never null
   * @throws Exception if it goes wrong, a failed assertion included: the sender is answered 500,
   *     with what was thrown as the body, and the test goes on
   */
  Answer answer(Seen request) throws Exception;
}
