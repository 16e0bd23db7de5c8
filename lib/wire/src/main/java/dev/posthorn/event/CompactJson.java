package dev.posthorn.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * JSON as {@code JSON.stringify} writes it: no white space, nothing escaped that need not be. Names
 * stay in their order, and numbers as they are written, digit for digit.
 */
final class CompactJson {
  private static final String WHAT = "the event's data";
  private static final String SHORT_ESCAPES = "\b\t\n\f\r";
  private static final String THEIR_LETTERS = "btnfr";

  private final StringBuilder out;
  private boolean comma; // before what comes next, unless it ends something

  private CompactJson(int expected) {
    out = new StringBuilder(expected);
  }

  /**
   * The same value.
   *
   * @throws InvalidEventException if the bytes are not JSON
   */
  static byte[] of(byte[] json) {
    try (JsonParser parser = StrictJson.open(WHAT, json, 0, json.length)) {
      CompactJson compact = new CompactJson(json.length);
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        compact.write(token, parser);
      }
      return compact.out.toString().getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw StrictJson.notJson(WHAT, e);
    } catch (IOException e) {
      throw new InvalidEventException(WHAT + " cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  private void write(JsonToken token, JsonParser parser) throws IOException {
    if (comma && !token.isStructEnd()) {
      out.append(',');
    }
    switch (token) {
      case FIELD_NAME -> {
        string(parser.getText());
        out.append(':');
      }
      case VALUE_STRING -> string(parser.getText());
      default -> out.append(parser.getText()); // a number as it was written
    }
    comma = token != JsonToken.FIELD_NAME && !token.isStructStart();
  }

  private void string(String text) {
    out.append('"');
    text.codePoints().forEach(this::character);
    out.append('"');
  }

  private void character(int c) {
    int escape = SHORT_ESCAPES.indexOf(c);
    if (c == '"' || c == '\\') {
      out.append('\\').append((char) c);
    } else if (escape >= 0) {
      out.append('\\').append(THEIR_LETTERS.charAt(escape));
    } else if (c < ' ' || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
    } else {
      out.appendCodePoint(c);
    }
  }
}
