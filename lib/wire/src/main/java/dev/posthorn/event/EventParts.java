package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event taken apart, as a protocol carries it that has a place for each attribute.
 *
 * @param attributes the canonical text of every attribute by its name, {@code specversion} and
 *     {@code datacontenttype} included
 * @param data the data, shared; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // shared, never compared, never changed
public record EventParts(Map<String, String> attributes, byte @Nullable [] data) {
  private static final String WHAT = "the event";

  /**
   * The parts of an event: JSON data is the very bytes that stand in it, and other data is decoded.
   *
   * @throws InvalidEventException if what was given to {@link CanonicalEvent#ofJson} is no event
   */
  public static EventParts of(CanonicalEvent canonical) {
    Snapshot event = Snapshot.of(canonical.event());
    Attributes from = Attributes.of(event, Instant.EPOCH);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("specversion", "1.0");
    texts.put("id", from.id());
    texts.put("type", from.type());
    texts.put("source", from.source());
    if (!from.timeFilledIn()) {
      texts.put("time", from.time());
    }
    put(texts, "datacontenttype", from.contentType());
    put(texts, "subject", from.subject());
    put(texts, "dataschema", from.dataSchema());
    from.extensions().forEach((name, value) -> texts.put(name, value.toString()));
    return new EventParts(texts, event.data());
  }

  private static void put(Map<String, String> texts, String name, @Nullable String text) {
    if (text != null) {
      texts.put(name, text);
    }
  }

  /**
   * The event again, with every extension as a String, held to the rules that {@link
   * CanonicalEvent#of} lists: also data of a JSON type has to be JSON. A {@code time} may be
   * missing.
   *
   * @throws InvalidEventException if it breaks a rule; the message may quote attributes, never data
   */
  public CloudEvent event() {
    if (!"1.0".equals(attributes.get("specversion"))) {
      throw new InvalidEventException(
          "specversion must be 1.0: \"" + attributes.get("specversion") + "\"");
    }
    CloudEvent event = built();
    // for its checks alone; any time will do in place of one that is missing
    Attributes.of(Snapshot.of(event), Instant.EPOCH);
    if (data != null && MediaType.isJson(event.getDataContentType())) {
      StrictJson.check("data of a JSON type", data, 0, data.length);
    }
    return event;
  }

  private CloudEvent built() {
    io.cloudevents.core.v1.CloudEventBuilder event = CloudEventBuilder.v1();
    try {
      attributes.forEach((name, text) -> add(event, name, text));
      if (data != null) {
        event.withData(BytesCloudEventData.wrap(data));
      }
      return event.build();
    } catch (RuntimeException e) { // what the builder, URI and OffsetDateTime do not accept
      throw new InvalidEventException(WHAT + " is not valid: " + e.getMessage(), e);
    }
  }

  private static void add(
      io.cloudevents.core.v1.CloudEventBuilder event, String name, String text) {
    switch (name) {
      case "specversion" -> {}
      case "id" -> event.withId(text);
      case "type" -> event.withType(text);
      case "source" -> event.withSource(URI.create(text));
      case "time" -> event.withTime(OffsetDateTime.parse(text));
      case "datacontenttype" -> event.withDataContentType(text);
      case "subject" -> event.withSubject(text);
      case "dataschema" -> event.withDataSchema(URI.create(text));
      default -> event.withExtension(name, text);
    }
  }

  /** Says how large, not what. */
  @Override
  public String toString() {
    return "EventParts["
        + attributes.size()
        + " attributes, "
        + (data == null ? 0 : data.length)
        + " bytes]";
  }
}
