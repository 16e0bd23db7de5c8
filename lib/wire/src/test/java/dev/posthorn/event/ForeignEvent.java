package dev.posthorn.event;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.SpecVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A CloudEvent that checks nothing, as any class may implement it. */
class ForeignEvent implements CloudEvent {
  @Nullable SpecVersion specVersion = SpecVersion.V1;
  @Nullable String id = "1";
  @Nullable String type = "t";
  @Nullable URI source = URI.create("/s");
  @Nullable OffsetDateTime time = OffsetDateTime.parse("2026-05-05T12:00:00Z");
  @Nullable String contentType;
  @Nullable String subject;
  @Nullable URI dataSchema;
  @Nullable CloudEventData data;
  final Map<String, @Nullable Object> extensions = new LinkedHashMap<>();

  ForeignEvent json(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  ForeignEvent bytes(byte... bytes) {
    data = () -> bytes;
    return this;
  }

  ForeignEvent with(String extension, @Nullable Object value) {
    extensions.put(extension, value);
    return this;
  }

  @Override
  public @Nullable CloudEventData getData() {
    return data;
  }

  @Override
  public @Nullable SpecVersion getSpecVersion() {
    return specVersion;
  }

  @Override
  public @Nullable String getId() {
    return id;
  }

  @Override
  public @Nullable String getType() {
    return type;
  }

  @Override
  public @Nullable URI getSource() {
    return source;
  }

  @Override
  public @Nullable String getDataContentType() {
    return contentType;
  }

  @Override
  public @Nullable URI getDataSchema() {
    return dataSchema;
  }

  @Override
  public @Nullable String getSubject() {
    return subject;
  }

  @Override
  public @Nullable OffsetDateTime getTime() {
    return time;
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  public @Nullable Object getExtension(String name) {
    return extensions.get(name);
  }

  @Override
  public Set<String> getExtensionNames() {
    return extensions.keySet();
  }
}
