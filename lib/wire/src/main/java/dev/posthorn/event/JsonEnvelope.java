package dev.posthorn.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bodies that are no CloudEvents: a JSON object with an event's type, its time, perhaps the
 * webhook's id, and its data, under names of the contract's own. Immutable and thread-safe.
 *
 * <p>The object is compact, and the data in it is too, with everything unescaped that need not be
 * escaped: a receiver that parses it and writes it again with JavaScript's {@code JSON.stringify}
 * usually gets the same bytes. It does not where a number is written in a way that {@code
 * JSON.stringify} does not use, such as {@code 1.10}, {@code 1E5} or one of more digits than a
 * double holds, or where an object's names look like integers, which it puts in order. Data that is
 * not JSON is base64 in {@code data_base64}; an event without data has {@code "data":null}.
 *
 * @param type the name of the event's type, for example {@code event}
 * @param time the name of the event's time
 * @param webhook the name of the webhook's id; null if it is not in the body
 */
public record JsonEnvelope(String type, String time, @Nullable String webhook) {
  private static final String WHAT = "the body";
  private static final String DATA = "data";
  private static final String BINARY = "data_base64";
  private static final String UNKNOWN_SOURCE = "webhook";

  /**
   * What a body holds.
   *
   * @param event the event
   * @param webhookId the webhook's id; null if it is not in the body
   */
  public record Content(CloudEvent event, @Nullable String webhookId) {}

  /** The body for an event and a webhook, new at each call. */
  public byte[] write(CanonicalEvent canonical, String webhookId) {
    CloudEvent event = canonical.event();
    OffsetDateTime at = Objects.requireNonNull(event.getTime(), "stored events have a time");
    byte[] data = event.getData() == null ? null : event.getData().toBytes();
    JsonBytes json = new JsonBytes(256 + (data == null ? 0 : data.length));
    json.raw("{").string(type).raw(":").string(event.getType());
    json.raw(",").string(time).raw(":").string(Timestamp.text("time", at.toInstant()));
    if (webhook != null) {
      json.raw(",").string(webhook).raw(":").string(webhookId);
    }
    if (data == null) {
      json.raw(",\"data\":null");
    } else if (MediaType.isJson(event.getDataContentType())) {
      json.raw(",\"data\":").raw(CompactJson.of(data));
    } else {
      json.raw(",\"data_base64\":\"").raw(Base64.getEncoder().encode(data)).raw("\"");
    }
    return json.raw("}").toArray();
  }

  /**
   * Reads a body, which knows neither the event's id nor its source.
   *
   * @param id the event's
   * @param source the event's; null if nothing tells it: then the webhook's id stands for it, or
   *     {@code webhook} where the body does not hold that
   * @throws InvalidEventException if the body is no such object, or the event breaks a rule that
   *     {@link CanonicalEvent#of} lists; the message does not quote data
   */
  public Content read(byte[] body, String id, @Nullable URI source) {
    try (JsonParser parser = StrictJson.open(WHAT, body, 0, body.length)) {
      Map<String, Object> members = members(parser, body);
      String webhookId = webhook == null ? null : text(members, webhook);
      CloudEventBuilder event =
          CloudEventBuilder.v1()
              .withId(id)
              .withSource(source == null ? standIn(webhookId) : source)
              .withType(text(members, type))
              .withTime(OffsetDateTime.parse(text(members, time)));
      addData(event, members);
      CloudEvent read = event.build();
      Attributes.of(Snapshot.of(read), Instant.EPOCH); // for its checks alone
      return new Content(read, webhookId);
    } catch (JsonProcessingException e) {
      throw StrictJson.notJson(WHAT, e);
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw new InvalidEventException(WHAT + " holds no valid event: " + e.getMessage(), e);
    }
  }

  private static URI standIn(@Nullable String webhookId) {
    return URI.create(webhookId == null ? UNKNOWN_SOURCE : webhookId);
  }

  private Map<String, Object> members(JsonParser parser, byte[] body) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new InvalidEventException(WHAT + " must be an object");
    }
    Map<String, Object> members = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      Object value = name.equals(DATA) ? slice(parser, body) : scalar(parser, token);
      if (members.put(name, value) != null) {
        throw new InvalidEventException(WHAT + " names \"" + name + "\" twice");
      }
    }
    if (parser.nextToken() != null) {
      throw new InvalidEventException(WHAT + " must be one object: more follows it");
    }
    return members;
  }

  /** Of what is not a string only that it is there. */
  private static Object scalar(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return token;
  }

  private static byte[] slice(JsonParser parser, byte[] body) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    return Arrays.copyOfRange(body, from, (int) parser.currentLocation().getByteOffset());
  }

  private static String text(Map<String, Object> members, String name) {
    if (!(members.get(name) instanceof String text)) {
      throw new InvalidEventException(WHAT + " must have a string as \"" + name + "\"");
    }
    return text;
  }

  private static void addData(CloudEventBuilder event, Map<String, Object> members) {
    Object json = members.get(DATA);
    Object binary = members.get(BINARY);
    if (binary instanceof String base64) {
      event.withData("application/octet-stream", Base64.getDecoder().decode(base64));
    } else if (json instanceof byte[] value
        && !Arrays.equals(value, new byte[] {'n', 'u', 'l', 'l'})) {
      event.withDataContentType(MediaType.JSON).withData(BytesCloudEventData.wrap(value));
    }
  }
}
