package dev.posthorn.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON in the making. It escapes the quotation mark and the backslash and nothing else, so what is
 * written does not depend on the version or the settings of a JSON library.
 */
final class JsonBytes {
  private byte[] bytes;
  private int size;

  JsonBytes(int expected) {
    bytes = new byte[expected];
  }

  int size() {
    return size;
  }

  /** Writes JSON, or a part of it, as it is; ASCII only. */
  JsonBytes raw(String ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[size++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /** Writes a JSON string; the text holds no control characters and no lone surrogates. */
  JsonBytes string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    reserve(2 * utf8.length + 2);
    bytes[size++] = '"';
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        bytes[size++] = '\\';
      }
      bytes[size++] = b;
    }
    bytes[size++] = '"';
    return this;
  }

  JsonBytes raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, size, json.length);
    size += json.length;
    return this;
  }

  /** Refuses what was written since an index unless it is one JSON value. */
  void checkValue(String what, int from) {
    StrictJson.check(what, bytes, from, size);
  }

  byte[] toArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }
}
