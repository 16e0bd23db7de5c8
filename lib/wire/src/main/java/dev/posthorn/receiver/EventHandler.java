package dev.posthorn.receiver;

import io.cloudevents.CloudEvent;

/**
 * What a host does with an event. Called on the thread that called the receiver, for several events
 * at a time; they come in any order, since none is promised.
 *
 * <p>Return as soon as the event is safe, for example in a queue or a table of one's own: the
 * sender waits, a few seconds at most, and sends the event again when it has waited too long.
 */
@FunctionalInterface
public interface EventHandler {

  /**
   * Handles one event.
   *
   * @throws Exception if the event could not be handled: the sender is answered 500, and the event
   *     is handled again when it comes again
   */
  void on(CloudEvent event) throws Exception;
}
