package dev.posthorn.event;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** Checks that bytes are one JSON value (RFC 8259) in UTF-8, without converting anything in it. */
final class StrictJson {
  /** How deep data may be nested; many receivers' parsers give up a little above. */
  static final int MAX_DEPTH = 500;

  private static final int ENVELOPE = 1;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              // size is bounded by the caller; numbers and texts are looked at, never converted
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + ENVELOPE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          // a complaint says where and what kind, and quotes as little of the payload as it can
          .errorReportConfiguration(
              ErrorReportConfiguration.builder().maxErrorTokenLength(0).build())
          // names inside data are foreign: they do not belong into the JVM's table of strings
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final JsonFactory ARRAY_FACTORY =
      FACTORY
          .rebuild()
          .streamReadConstraints(
              FACTORY
                  .streamReadConstraints()
                  .rebuild()
                  .maxNestingDepth(MAX_DEPTH + ENVELOPE + 1)
                  .build())
          .build();

  private StrictJson() {}

  /**
   * Refuses bytes that are not exactly one JSON value.
   *
   * @param what how a message calls the bytes
   */
  static void check(String what, byte[] bytes, int from, int to) {
    try (JsonParser parser = open(what, bytes, from, to)) {
      skipValue(what, parser);
      if (parser.nextToken() != null) {
        throw new InvalidEventException(what + " must be one JSON value: more follows it");
      }
    } catch (JsonProcessingException e) {
      throw notJson(what, e);
    } catch (IOException | IllegalStateException e) {
      throw new InvalidEventException(what + " cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  /** A parser of bytes that are UTF-8 for certain, so that it has no encoding to guess. */
  static JsonParser open(String what, byte[] bytes, int from, int to) throws IOException {
    checkText(what, bytes, from, to);
    return FACTORY.createParser(bytes, from, to - from);
  }

  /** The same for an array of events. */
  static JsonParser openArray(String what, byte[] bytes) throws IOException {
    checkText(what, bytes, 0, bytes.length);
    return ARRAY_FACTORY.createParser(bytes);
  }

  private static void checkText(String what, byte[] bytes, int from, int to) {
    int fault = Utf8.firstFault(bytes, from, to);
    if (fault >= 0) {
      throw new InvalidEventException(
          what
              + " must be JSON in UTF-8: byte "
              + (fault - from)
              + (bytes[fault] == 0 ? " is a NUL" : " does not begin a character of UTF-8"));
    }
    if (startsWithByteOrderMark(bytes, from, to)) {
      throw new InvalidEventException(what + " must be JSON without a byte order mark");
    }
  }

  static InvalidEventException notJson(String what, JsonProcessingException e) {
    long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    return new InvalidEventException(
        what + " is not JSON" + (at < 0 ? "" : " at byte " + at) + ": " + e.getOriginalMessage(),
        e);
  }

  private static void skipValue(String what, JsonParser parser) throws IOException {
    int depth = 0;
    do {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new InvalidEventException(what + " must be a JSON value: it is empty");
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (depth > MAX_DEPTH) {
        throw new InvalidEventException(
            what + " is nested too deep: at most " + MAX_DEPTH + " levels are accepted");
      }
    } while (depth > 0);
  }

  private static boolean startsWithByteOrderMark(byte[] bytes, int from, int to) {
    return to - from >= 3
        && bytes[from] == (byte) 0xef
        && bytes[from + 1] == (byte) 0xbb
        && bytes[from + 2] == (byte) 0xbf;
  }
}
