package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.ReceivedEvent;
import io.cloudevents.CloudEvent;
import java.util.List;

/** CloudEvents JSON in structured mode: the event as it is stored, byte for byte. */
record CloudEventsStructured(String contentType) implements BodyFormat {
  static final String MEDIA_TYPE = "application/cloudevents+json";

  @Override
  public Encoded encode(CanonicalEvent event, String webhookId) {
    return new Encoded(event.json(), contentType);
  }

  @Override
  public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
    ContentTypes.require(MEDIA_TYPE, headers);
    try {
      return List.of(ReceivedEvent.fromJson(body));
    } catch (InvalidEventException e) {
      throw RefusedException.malformed(
          "the body is not a valid CloudEvent in JSON", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean perWebhook() {
    return false;
  }
}
