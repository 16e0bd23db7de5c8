package dev.posthorn.event;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Set;

/** Names and values of extension attributes. */
final class Extension {
  private static final Set<String> TAKEN =
      Set.of(
          "specversion",
          "id",
          "source",
          "type",
          "time",
          "datacontenttype",
          "dataschema",
          "subject",
          "data");

  private Extension() {}

  /** Refuses a name that CloudEvents does not allow, or that is an attribute's of its own. */
  static void checkName(String name) {
    if (!isLowerAlphanumeric(name)) {
      AttributeText.check("the name of an extension", name);
      throw new InvalidEventException(
          "the name of an extension must consist of a-z and 0-9: \"" + name + "\"");
    }
    if (TAKEN.contains(name)) {
      throw new InvalidEventException(
          "an extension must not be named \"" + name + "\": CloudEvents has that name itself");
    }
  }

  /** The value as JSON knows it: a Boolean, an Integer or a String. */
  static Object checkedValue(String name, Object value) {
    if (value instanceof String text) {
      AttributeText.check(described(name), text);
      return text;
    }
    if (value instanceof Boolean || value instanceof Integer) {
      return value;
    }
    if (value instanceof Short || value instanceof Byte) {
      return ((Number) value).intValue();
    }
    if (value instanceof URI uri) {
      return UriText.of(described(name), uri);
    }
    if (value instanceof OffsetDateTime time) {
      return Timestamp.text(described(name), time.toInstant());
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    throw new InvalidEventException(
        described(name)
            + " is a "
            + value.getClass().getName()
            + ", which CloudEvents does not have:"
            + " use a Boolean, Integer, String, byte[], URI or OffsetDateTime"
            + (value instanceof Number ? "; a number outside of 32 bits goes as a String" : ""));
  }

  private static String described(String name) {
    return "extension \"" + name + "\"";
  }

  private static boolean isLowerAlphanumeric(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
