package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads events that came from elsewhere, and trusts nothing in them. */
public final class ReceivedEvent {

  private ReceivedEvent() {}

  /**
   * Reads one CloudEvents 1.0 JSON object in UTF-8 and holds it to the rules that {@link
   * CanonicalEvent#of} lists for attributes, so that what arrives can be stored, put into headers
   * and sent on. A {@code time} may be missing. No name may appear twice in the object.
   *
   * <p>The data is a copy of the very bytes that stand in the JSON, every digit of it; {@code
   * data_base64} is decoded. Extensions that JSON writes as booleans and integers are Boolean and
   * Integer, all others String.
   *
   * @throws InvalidEventException if the bytes are no such event; the message may quote attributes,
   *     never data
   */
  public static CloudEvent fromJson(byte[] json) {
    CloudEvent event = EventReader.read(json);
    // for its checks alone; any time will do in place of one that is missing
    Attributes.of(Snapshot.of(event), Instant.EPOCH);
    return event;
  }

  /**
   * Reads an array of such objects, in their order; it may be empty.
   *
   * @throws InvalidEventException if the bytes are no array, or anything in it is no such event
   */
  public static List<CloudEvent> batchFromJson(byte[] json) {
    List<byte[]> elements = JsonArray.elements("the batch", json);
    List<CloudEvent> events = new ArrayList<>(elements.size());
    for (byte[] element : elements) {
      try {
        events.add(fromJson(element));
      } catch (InvalidEventException e) {
        throw new InvalidEventException(
            "event " + (events.size() + 1) + " of the batch: " + e.getMessage(), e);
      }
    }
    return List.copyOf(events);
  }
}
