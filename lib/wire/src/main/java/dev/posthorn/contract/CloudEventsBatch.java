package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.ReceivedEvent;
import io.cloudevents.CloudEvent;
import java.util.List;

/** CloudEvents JSON in batched mode: the event as it is stored, alone in an array. */
record CloudEventsBatch(String contentType) implements BodyFormat {
  static final String MEDIA_TYPE = "application/cloudevents-batch+json";

  @Override
  public Encoded encode(CanonicalEvent event, String webhookId) {
    byte[] json = event.json();
    byte[] array = new byte[json.length + 2];
    array[0] = '[';
    System.arraycopy(json, 0, array, 1, json.length);
    array[array.length - 1] = ']';
    return new Encoded(array, contentType);
  }

  @Override
  public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
    ContentTypes.require(MEDIA_TYPE, headers);
    try {
      return ReceivedEvent.batchFromJson(body);
    } catch (InvalidEventException e) {
      throw RefusedException.malformed(
          "the body is not an array of valid CloudEvents in JSON", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean perWebhook() {
    return false;
  }
}
