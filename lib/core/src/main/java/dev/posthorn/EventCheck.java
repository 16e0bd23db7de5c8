package dev.posthorn;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.webhook.EventCatalogue;
import io.cloudevents.CloudEvent;
import java.time.Instant;

/** What an event must be like to be published. Thread-safe. */
final class EventCheck {
  private final EventCatalogue catalogue;
  private final int maxBytes;
  private final SizeWarning sizeWarning;

  EventCheck(EventCatalogue catalogue, int maxBytes, SizeWarning sizeWarning) {
    this.catalogue = catalogue;
    this.maxBytes = maxBytes;
    this.sizeWarning = sizeWarning;
  }

  /** The event as it is stored, if it may be published. */
  CanonicalEvent accept(CloudEvent event, Instant now) {
    CanonicalEvent content = CanonicalEvent.of(event, now, maxBytes);
    catalogue.checkPublished(event.getType());
    sizeWarning.look(content.json().length, event.getType());
    return content;
  }
}
