package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.ReceivedEvent;
import io.cloudevents.CloudEvent;

/** CloudEvents JSON in structured mode: the event as it is stored, byte for byte. */
record CloudEventsStructured(String contentType) implements BodyFormat {
  private static final String MEDIA_TYPE = "application/cloudevents+json";

  @Override
  public byte[] encode(CanonicalEvent event, String webhookId) {
    return event.json();
  }

  @Override
  public CloudEvent decode(String prefix, RequestHeaders headers, byte[] body) {
    ContentTypes.require(MEDIA_TYPE, headers);
    try {
      return ReceivedEvent.fromJson(body);
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
