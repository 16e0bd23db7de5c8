package dev.posthorn.event;

import io.cloudevents.SpecVersion;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event, checked and as JSON knows them.
 *
 * @param timeFilledIn true if the event came without a time
 * @param extensions values are Boolean, Integer or String
 */
record Attributes(
    String id,
    String type,
    String source,
    String time,
    boolean timeFilledIn,
    @Nullable String contentType,
    @Nullable String subject,
    @Nullable String dataSchema,
    SortedMap<String, Object> extensions) {

  static final int MAX_ID = 1024;
  static final int MAX_TYPE = 1024;
  static final int MAX_SOURCE = 2048;

  static Attributes of(Snapshot event, Instant defaultTime) {
    if (event.specVersion() != SpecVersion.V1) {
      throw new InvalidEventException("specversion must be 1.0: " + event.specVersion());
    }
    Instant time = event.time() == null ? defaultTime : event.time().toInstant();
    return new Attributes(
        required("id", event.id(), MAX_ID),
        required("type", event.type(), MAX_TYPE),
        source(event.source()),
        Timestamp.text("time", time),
        event.time() == null,
        contentType(event),
        subject(event.subject()),
        dataSchema(event.dataSchema()),
        extensions(event.extensions()));
  }

  private static String required(String name, @Nullable String value, int maxBytes) {
    if (value == null) {
      throw new InvalidEventException(name + " is missing");
    }
    AttributeText.check(name, value, maxBytes);
    return value;
  }

  private static String source(@Nullable URI source) {
    return source == null
        ? required("source", null, MAX_SOURCE)
        : required("source", UriText.of("source", source), MAX_SOURCE);
  }

  /** JSON data gets the name of its type even if the event leaves it out: some receivers insist. */
  private static @Nullable String contentType(Snapshot event) {
    String type = event.contentType();
    if (type == null) {
      return event.data() == null ? null : MediaType.JSON;
    }
    AttributeText.check("datacontenttype", type);
    if (!MediaType.isValid(type)) {
      throw new InvalidEventException(
          "datacontenttype must be a media type such as application/json: \"" + type + "\"");
    }
    return type;
  }

  private static @Nullable String subject(@Nullable String subject) {
    if (subject != null) {
      AttributeText.checkNotEmpty("subject", subject);
      AttributeText.check("subject", subject);
    }
    return subject;
  }

  private static @Nullable String dataSchema(@Nullable URI schema) {
    if (schema == null) {
      return null;
    }
    String text = UriText.of("dataschema", schema);
    if (!schema.isAbsolute()) {
      throw new InvalidEventException(
          "dataschema must be an absolute URI, with a scheme: \"" + text + "\"");
    }
    return text;
  }

  private static SortedMap<String, Object> extensions(SortedMap<String, Object> given) {
    SortedMap<String, Object> checked = new TreeMap<>();
    for (Map.Entry<String, Object> extension : given.entrySet()) {
      String name = extension.getKey();
      Extension.checkName(name);
      checked.put(name, Extension.checkedValue(name, extension.getValue()));
    }
    return checked;
  }
}
