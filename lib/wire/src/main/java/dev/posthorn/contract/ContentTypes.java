package dev.posthorn.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares media types (RFC 9110, section 8.3.1) with the one that a contract wants. */
final class ContentTypes {
  private static final String CHARSET = "charset";

  private ContentTypes() {}

  /**
   * Refuses a request unless its body is said to be of this media type, in UTF-8 if it names a
   * charset at all. Other parameters do not count.
   *
   * @param essence the media type without parameters, in lower case
   */
  static void require(String essence, RequestHeaders headers) {
    String given =
        headers
            .single("Content-Type")
            .orElseThrow(
                () ->
                    RefusedException.unsupportedType(
                        "Content-Type is missing: it must be " + essence));
    String fault = fault(essence, given);
    if (fault != null) {
      throw RefusedException.unsupportedType(fault);
    }
  }

  /** What is wrong with a value; null if it is of this media type. */
  static @Nullable String fault(String essence, String contentType) {
    List<String> parts = parts(contentType);
    if (parts.isEmpty() || !parts.get(0).toLowerCase(Locale.ROOT).equals(essence)) {
      return "Content-Type must be " + essence;
    }
    for (String parameter : parts.subList(1, parts.size())) {
      int equals = parameter.indexOf('=');
      if (equals < 0 || !parameter.substring(0, equals).equalsIgnoreCase(CHARSET)) {
        continue;
      }
      if (!"utf-8".equalsIgnoreCase(HeaderText.unquoted(parameter.substring(equals + 1)))) {
        return "the charset of " + essence + " must be utf-8";
      }
    }
    return null;
  }

  /**
   * The text between semicolons, without white space around it. A semicolon inside of quotation
   * marks ends nothing, or the text of another parameter could pass for a charset.
   *
   * @return empty if a quotation is not ended
   */
  private static List<String> parts(String contentType) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < contentType.length(); i++) {
      char c = contentType.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ';' && !quoted) {
        parts.add(contentType.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(contentType.substring(from).strip());
    return quoted ? List.of() : parts;
  }
}
