package dev.posthorn.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a JSON array into its elements, so that every digit of them survives. */
final class JsonArray {

  private JsonArray() {}

  /**
   * The bytes of each element, in their order.
   *
   * @throws InvalidEventException if the bytes are not one JSON array
   */
  static List<byte[]> elements(String what, byte[] json) {
    try (JsonParser parser = StrictJson.openArray(what, json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new InvalidEventException(what + " must be an array");
      }
      List<byte[]> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(element(parser, json));
      }
      if (parser.nextToken() != null) {
        throw new InvalidEventException(what + " must be one array: more follows it");
      }
      return elements;
    } catch (JsonProcessingException e) {
      throw StrictJson.notJson(what, e);
    } catch (IOException e) {
      throw new InvalidEventException(what + " cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  private static byte[] element(JsonParser parser, byte[] json) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    return Arrays.copyOfRange(json, from, (int) parser.currentLocation().getByteOffset());
  }
}
