package dev.posthorn.event;

import java.net.URI;

/** A URI as an attribute; Java's also hold characters that RFC 3986 wants percent-encoded. */
final class UriText {

  private UriText() {}

  static String of(String name, URI uri) {
    String text = uri.toString();
    AttributeText.check(name, text);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e) {
        throw new InvalidEventException(
            "%s must be a URI in ASCII, other characters percent-encoded: U+%04X at index %d"
                .formatted(name, text.codePointAt(i), i));
      }
    }
    return text;
  }
}
