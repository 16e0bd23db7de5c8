package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an event says about itself, asked once: any class may implement CloudEvent, answer
 * differently the second time, return null or throw.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Snapshot(
    @Nullable SpecVersion specVersion,
    @Nullable String id,
    @Nullable URI source,
    @Nullable String type,
    @Nullable OffsetDateTime time,
    @Nullable String contentType,
    @Nullable String subject,
    @Nullable URI dataSchema,
    SortedMap<String, Object> extensions,
    byte @Nullable [] data) {

  static Snapshot of(CloudEvent event) {
    try {
      return new Snapshot(
          event.getSpecVersion(),
          event.getId(),
          event.getSource(),
          event.getType(),
          event.getTime(),
          event.getDataContentType(),
          event.getSubject(),
          event.getDataSchema(),
          extensions(event),
          data(event));
    } catch (InvalidEventException e) {
      throw e;
    } catch (Exception e) {
      throw new InvalidEventException(
          "the event cannot be read: %s threw %s"
              .formatted(event.getClass().getName(), e.getClass().getName()),
          e);
    }
  }

  /** Sorted, so that equal events give equal bytes; a name without a value is no extension. */
  private static SortedMap<String, Object> extensions(CloudEvent event) {
    SortedMap<String, Object> extensions = new TreeMap<>();
    for (String name : event.getExtensionNames()) {
      Object value = event.getExtension(name);
      if (value != null) {
        extensions.put(name, value);
      }
    }
    return extensions;
  }

  private static byte @Nullable [] data(CloudEvent event) {
    CloudEventData data = event.getData();
    if (data == null) {
      return null;
    }
    byte[] bytes = data.toBytes();
    if (bytes == null) {
      throw new InvalidEventException(
          "data must have bytes: toBytes() of " + data.getClass().getName() + " returned null");
    }
    return bytes;
  }
}
