package dev.posthorn.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;

/**
 * Makes the data of an event:
 *
 * <pre>{@code
 * CloudEventBuilder.v1().withData("application/json", JsonData.fromObject(new Invoice(...)))
 * }</pre>
 *
 * <p>A convenience: data may come from any JSON library, as bytes. Thread-safe.
 */
public final class JsonData {
  private static final String WHAT = "the JSON";

  private static final ObjectWriter WRITER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder()
                          .maxNestingDepth(StrictJson.MAX_DEPTH)
                          .build())
                  .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                  // as bare words, which the check that follows refuses; a receiver that expects
                  // a number has no use for the text "NaN"
                  .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                  .build())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          // the order of Map.of differs from one run to the next: equal content, equal bytes
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build()
          .writer();

  private JsonData() {}

  /**
   * Writes an object as JSON: records, beans and classes annotated for Jackson by their properties,
   * maps in the order of their keys, collections, strings, numbers; values of {@code java.time} as
   * ISO 8601 strings. Text that is JSON already goes to {@link #fromText(String)}: here it would
   * become one JSON string.
   *
   * @return the JSON in UTF-8, new at each call
   * @throws InvalidEventException if the object cannot be written: a type without properties, a
   *     cycle, a getter that throws, NaN or infinity
   */
  public static byte[] fromObject(Object value) {
    byte[] json;
    try {
      json = WRITER.writeValueAsBytes(value);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new InvalidEventException(
          "a " + value.getClass().getName() + " cannot be written as JSON: " + complaint(e), e);
    }
    StrictJson.check("the JSON of a " + value.getClass().getName(), json, 0, json.length);
    return json;
  }

  /**
   * Checks a text that is JSON already and keeps it as it is.
   *
   * @return the text in UTF-8, new at each call
   * @throws InvalidEventException if it is not one JSON value
   */
  public static byte[] fromText(String json) {
    int fault = Utf8.loneSurrogate(json);
    if (fault >= 0) {
      throw new InvalidEventException(WHAT + " holds a lone surrogate at index " + fault);
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    StrictJson.check(WHAT, bytes, 0, bytes.length);
    return bytes;
  }

  private static String complaint(Exception e) {
    return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.toString();
  }
}
