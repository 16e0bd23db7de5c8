package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.EventParts;
import dev.posthorn.event.InvalidEventException;
import io.cloudevents.CloudEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CloudEvents in binary mode (HTTP binding 1.0.2, section 3.1): attributes in headers. */
record CloudEventsBinary() implements BodyFormat {
  /** How every header of an attribute begins, and no other. */
  static final String PREFIX = "ce-";

  private static final String TYPE = "datacontenttype";
  private static final String OTHER_MODES = "application/cloudevents";

  @Override
  public Encoded encode(CanonicalEvent event, String webhookId) {
    EventParts parts = EventParts.of(event);
    Map<String, String> headers = new LinkedHashMap<>();
    String contentType = parts.attributes().get(TYPE);
    if (contentType != null) {
      headers.put("Content-Type", contentType.strip()); // no header ends with a space
    }
    parts
        .attributes()
        .forEach(
            (name, value) -> {
              if (!name.equals(TYPE)) {
                headers.put(PREFIX + name, HeaderText.encode(value));
              }
            });
    return new Encoded(parts.data() == null ? new byte[0] : parts.data(), headers);
  }

  @Override
  public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
    Map<String, String> attributes = attributes(headers);
    Optional<String> contentType = headers.single("Content-Type");
    checkMode(contentType, body);
    contentType.ifPresent(type -> attributes.put(TYPE, type));
    try {
      return List.of(new EventParts(attributes, body.length == 0 ? null : body).event());
    } catch (InvalidEventException e) {
      throw RefusedException.malformed(
          "the headers and the body are not a valid CloudEvent", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> attributes(RequestHeaders headers) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String header : headers.names(PREFIX)) {
      String name = header.substring(PREFIX.length());
      if (name.equals(TYPE)) {
        throw RefusedException.malformed(
            "the header ce-datacontenttype must not be there: Content-Type is what it would say");
      }
      String value = HeaderText.decodeAttribute(headers.single(header).orElse(""));
      if (value == null) {
        throw RefusedException.malformed("a ce- header is not percent-encoded UTF-8");
      }
      attributes.put(name, value);
    }
    return attributes;
  }

  /** A structured body that is taken for data would be an event inside another one. */
  private static void checkMode(Optional<String> contentType, byte[] body) {
    if (contentType.isEmpty() && body.length > 0) {
      throw RefusedException.unsupportedType("Content-Type is missing: it must say what data is");
    }
    if (contentType.isPresent()
        && contentType.get().regionMatches(true, 0, OTHER_MODES, 0, OTHER_MODES.length())) {
      throw RefusedException.unsupportedType(
          "Content-Type must be that of the data: events are taken in binary mode");
    }
  }

  @Override
  public boolean perWebhook() {
    return false;
  }
}
