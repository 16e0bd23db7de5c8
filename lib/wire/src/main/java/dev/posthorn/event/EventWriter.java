package dev.posthorn.event;

import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes an event as JSON, attributes in the order of One Horizon's sample, data last. */
final class EventWriter {
  private static final int USUAL_HEAD = 512;
  private static final String DATA = ",\"data\":";
  private static final String BINARY = ",\"data_base64\":";
  private static final int QUOTES = 2;
  private static final int BRACE = 1;

  private EventWriter() {}

  /**
   * The JSON, and where in it a time stands that the event did not bring.
   *
   * @param timeFrom the comma before the filled-in time; equal to {@code timeTo} if there is none
   * @param timeTo the first byte after it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Written(byte[] json, int timeFrom, int timeTo) {}

  static Written write(Attributes event, byte @Nullable [] data, int maxBytes) {
    int expected = USUAL_HEAD + (data == null ? 0 : data.length);
    JsonBytes json = new JsonBytes(Math.min(expected, maxBytes));
    json.raw("{\"specversion\":\"1.0\",\"id\":").string(event.id());
    member(json, "type", event.type());
    member(json, "source", event.source());
    int timeFrom = json.size();
    member(json, "time", event.time());
    int timeTo = event.timeFilledIn() ? json.size() : timeFrom;
    member(json, "datacontenttype", event.contentType());
    member(json, "subject", event.subject());
    member(json, "dataschema", event.dataSchema());
    for (Map.Entry<String, Object> extension : event.extensions().entrySet()) {
      member(json, extension.getKey(), extension.getValue());
    }
    boolean isJson = MediaType.isJson(event.contentType());
    checkSize(json.size() + dataSize(data, isJson) + BRACE, maxBytes);
    if (data != null) {
      data(json, data, isJson, event.contentType());
    }
    return new Written(json.raw("}").toArray(), timeFrom, timeTo);
  }

  private static void member(JsonBytes json, String name, @Nullable Object value) {
    if (value == null) {
      return;
    }
    json.raw(",\"").raw(name).raw("\":");
    if (value instanceof String text) {
      json.string(text);
    } else {
      json.raw(value.toString());
    }
  }

  private static void data(
      JsonBytes json, byte[] data, boolean isJson, @Nullable String contentType) {
    if (!isJson) {
      json.raw(BINARY).raw("\"").raw(Base64.getEncoder().encode(data)).raw("\"");
      return;
    }
    json.raw(DATA);
    int from = json.size();
    json.raw(data);
    // the copy is checked, not the original, which the caller could change in between
    json.checkValue("data of datacontenttype " + contentType, from);
  }

  private static long dataSize(byte @Nullable [] data, boolean isJson) {
    if (data == null) {
      return 0;
    }
    return isJson
        ? DATA.length() + (long) data.length
        : BINARY.length() + QUOTES + (data.length + 2L) / 3 * 4;
  }

  private static void checkSize(long size, int maxBytes) {
    if (size > maxBytes) {
      throw new InvalidEventException(
          "the event's JSON has %d bytes, and at most %d are accepted: send a reference to large data"
              .formatted(size, maxBytes));
    }
  }
}
