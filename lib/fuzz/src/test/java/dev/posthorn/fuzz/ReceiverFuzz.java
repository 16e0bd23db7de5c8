package dev.posthorn.fuzz;

import dev.posthorn.contract.RefusedException;
import dev.posthorn.receiver.Reply;
import dev.posthorn.receiver.WebhookReceiver;
import io.cloudevents.CloudEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The receiver of each preset: nothing but its own exception, and no event without a proof. A proof
 * that covers the body is one of those that the seeds carry, since nobody else has the key.
 */
public final class ReceiverFuzz {
  private ReceiverFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Request request = Request.read(input);
    Preset preset = Preset.ALL.get(request.preset() % Preset.ALL.size());
    try {
      CloudEvent event = preset.receiver().receive(request.headers(), request.body());
      preset.requireProof(request);
      require(event.getId() != null && event.getType() != null, "half an event: " + event);
    } catch (RefusedException refused) {
      int status = refused.status();
      require(List.of(400, 401, 413, 415).contains(status), "refused with " + status);
    }
    checkReply(preset, request);
  }

  /** The same through the front: the handler is called if and only if the answer is 200. */
  private static void checkReply(Preset preset, Request request) {
    WebhookReceiver receiver = preset.receiver();
    List<CloudEvent> handled = new ArrayList<>();
    Reply reply;
    try {
      ByteArrayInputStream body = new ByteArrayInputStream(request.body());
      reply = receiver.handle("POST", request.headers(), body, handled::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    require(handled.size() == (reply.status() == 200 ? 1 : 0), reply + " and " + handled);
    if (reply.status() == 200) {
      preset.requireProof(request);
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
