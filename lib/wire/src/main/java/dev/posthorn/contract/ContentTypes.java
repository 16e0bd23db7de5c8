package dev.posthorn.contract;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which {@code Content-Type} a receiver takes for its contract's. */
final class ContentTypes {
  /** A parameter (RFC 9110, section 5.6.6), as the part between two semicolons. */
  private static final Pattern CHARSET =
      Pattern.compile("[ \\t]*charset=\"?([^\" \\t]*)\"?[ \\t]*", Pattern.CASE_INSENSITIVE);

  private ContentTypes() {}

  /**
   * Refuses a request unless its body is said to be of this media type, in UTF-8 if it names a
   * charset at all. Other parameters do not count.
   *
   * @param essence the media type without parameters, in lower case
   */
  static void require(String essence, RequestHeaders headers) {
    Optional<String> given = headers.single("Content-Type");
    if (given.isEmpty()) {
      throw RefusedException.unsupportedType("Content-Type is missing: it must be " + essence);
    }
    String[] parts = given.get().split(";", -1);
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(essence)) {
      throw RefusedException.unsupportedType("Content-Type must be " + essence);
    }
    for (int i = 1; i < parts.length; i++) {
      var charset = CHARSET.matcher(parts[i]);
      if (charset.matches() && !charset.group(1).equalsIgnoreCase("utf-8")) {
        throw RefusedException.unsupportedType("the charset of " + essence + " must be utf-8");
      }
    }
  }
}
