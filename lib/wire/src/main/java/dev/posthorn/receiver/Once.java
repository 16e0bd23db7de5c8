package dev.posthorn.receiver;

import dev.posthorn.receiver.ProcessedEvents.Progress;
import io.cloudevents.CloudEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** Lets an event take effect once, and says how to answer. */
record Once(ProcessedEvents memory, Duration lease) {
  private static final Logger LOG = System.getLogger("dev.posthorn.receiver");

  /** Handles each of a request's events; the answer is the one that most wants it to come again. */
  Reply handle(List<CloudEvent> events, EventHandler handler) {
    Reply answer = null;
    for (CloudEvent event : events) {
      Reply reply = handle(event, handler);
      answer = answer == null || weight(reply) > weight(answer) ? reply : answer;
    }
    return answer == null ? Reply.text(200, "the batch is empty") : answer;
  }

  /** A failure counts more than an event that is on its way elsewhere. */
  private static int weight(Reply reply) {
    return switch (reply.status()) {
      case 200 -> 0;
      case 503 -> 1;
      default -> 2;
    };
  }

  private Reply handle(CloudEvent event, EventHandler handler) {
    Progress progress;
    try {
      progress = memory.begin(event.getSource().toString(), event.getId(), lease);
    } catch (RuntimeException e) {
      return failed("the memory of processed events failed at", event, e);
    }
    return switch (progress) {
      case STARTED -> run(event, handler);
      // not 2xx: the first may still fail. 503 is what every sender tries again
      case IN_PROGRESS -> Reply.text(503, "the event is being handled");
      case DONE -> Reply.text(200, "received before");
    };
  }

  private Reply run(CloudEvent event, EventHandler handler) {
    try {
      handler.on(event);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      remember(memory::forget, event);
      return failed("the handler failed at", event, e);
    } catch (Error e) {
      remember(memory::forget, event);
      throw e;
    }
    // it has taken effect: whatever the memory says, the sender need not send it again
    remember(memory::done, event);
    return Reply.text(200, "received");
  }

  private static void remember(BiConsumer<String, String> what, CloudEvent event) {
    try {
      what.accept(event.getSource().toString(), event.getId());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the memory of processed events failed at" + named(event), e);
    }
  }

  private static Reply failed(String what, CloudEvent event, Exception e) {
    LOG.log(Level.WARNING, what + named(event), e);
    return Reply.text(500, "the event could not be handled");
  }

  /** Both were checked: they hold no control characters, so that one event is one line. */
  private static String named(CloudEvent event) {
    return " event " + event.getId() + " of type " + event.getType();
  }
}
