package dev.posthorn.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event from JSON. JSON data is cut out of the original bytes, so that every digit
 * survives.
 */
final class EventReader {
  private static final String WHAT = "the event's JSON";

  private final byte[] json;
  private final JsonParser parser;
  private final Set<String> seen = new HashSet<>();
  private final io.cloudevents.core.v1.CloudEventBuilder event = CloudEventBuilder.v1();
  private @Nullable String contentType;
  private byte @Nullable [] value;
  private byte @Nullable [] binary;

  private EventReader(byte[] json, JsonParser parser) {
    this.json = json;
    this.parser = parser;
  }

  static CloudEvent read(byte[] json) {
    try (JsonParser parser = StrictJson.open(WHAT, json, 0, json.length)) {
      return new EventReader(json, parser).event();
    } catch (JsonProcessingException e) {
      throw StrictJson.notJson(WHAT, e);
    } catch (InvalidEventException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // what the builder, URI and OffsetDateTime do not accept
      throw new InvalidEventException(WHAT + " is not a valid event: " + e.getMessage(), e);
    }
  }

  private CloudEvent event() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new InvalidEventException(WHAT + " must be an object");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (!seen.add(name)) {
        throw new InvalidEventException(WHAT + " names \"" + name + "\" twice");
      }
      // null is how JSON writes an absent attribute
      if (parser.nextToken() != JsonToken.VALUE_NULL || name.equals("data")) {
        member(name);
      }
    }
    if (parser.nextToken() != null) {
      throw new InvalidEventException(WHAT + " must be one object: more follows it");
    }
    if (!seen.contains("specversion")) {
      throw new InvalidEventException(WHAT + " has no specversion");
    }
    addData();
    return event.build();
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "specversion" -> checkVersion(text(name));
      case "id" -> event.withId(text(name));
      case "type" -> event.withType(text(name));
      case "source" -> event.withSource(URI.create(text(name)));
      case "time" -> event.withTime(OffsetDateTime.parse(text(name)));
      case "datacontenttype" -> contentType = text(name);
      case "subject" -> event.withSubject(text(name));
      case "dataschema" -> event.withDataSchema(URI.create(text(name)));
      case "data" -> value = slice();
      case "data_base64" -> binary = Base64.getDecoder().decode(text(name));
      default -> extension(name);
    }
  }

  private static void checkVersion(String version) {
    if (!version.equals("1.0")) {
      throw new InvalidEventException("specversion must be 1.0: \"" + version + "\"");
    }
  }

  private void extension(String name) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> event.withExtension(name, parser.getBooleanValue());
      case VALUE_NUMBER_INT -> event.withExtension(name, integer(name));
      default -> event.withExtension(name, text(name));
    }
  }

  private Integer integer(String name) throws IOException {
    try {
      return parser.getIntValue();
    } catch (InputCoercionException e) {
      throw new InvalidEventException(
          WHAT + " must have an integer of 32 bits as \"" + name + "\"", e);
    }
  }

  private String text(String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidEventException(
          WHAT + " must have a string as \"" + name + "\", not " + parser.currentToken());
    }
    return parser.getText();
  }

  /**
   * The bytes of the value at which the parser stands, with the white space around it: that came
   * with the data too. The parser moves on to the value's end.
   */
  private byte[] slice() throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    while (isSpace(json[from - 1])) {
      from--;
    }
    while (to < json.length && isSpace(json[to])) {
      to++;
    }
    return Arrays.copyOfRange(json, from, to);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private void addData() {
    event.withDataContentType(contentType);
    if (value != null && binary != null) {
      throw new InvalidEventException(WHAT + " has both \"data\" and \"data_base64\"");
    }
    if (value != null && !MediaType.isJson(contentType)) {
      throw new InvalidEventException(
          WHAT + " must have data of type " + contentType + " as \"data_base64\"");
    }
    byte[] data = value == null ? binary : value;
    if (data != null) {
      event.withData(BytesCloudEventData.wrap(data));
    }
  }
}
