package dev.posthorn.testing;

/**
 * Decides by the request what to answer, for endpoints that a script cannot describe. Called on a
 * thread of the receiver, for several requests at the same time; it may block.
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
