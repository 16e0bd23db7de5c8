package dev.posthorn.event;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a {@code datacontenttype} says about data. */
final class MediaType {
  static final String JSON = "application/json";

  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
  private static final Pattern SYNTAX = Pattern.compile(TOKEN + "/" + TOKEN + " *(;[ -~]*)?");

  private MediaType() {}

  /** True for {@code type/subtype} and whatever parameters, all in printable ASCII (RFC 2046). */
  static boolean isValid(String type) {
    return type.equals(JSON) || SYNTAX.matcher(type).matches();
  }

  /** True if data of this type is a JSON value; CloudEvents takes an absent type for JSON. */
  static boolean isJson(@Nullable String type) {
    if (type == null || type.equals(JSON)) {
      return true;
    }
    int parameters = type.indexOf(';');
    String essence = parameters < 0 ? type : type.substring(0, parameters);
    String lower = essence.strip().toLowerCase(Locale.ROOT);
    return lower.equals(JSON) || lower.equals("text/json") || lower.endsWith("+json");
  }
}
