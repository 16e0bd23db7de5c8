package dev.posthorn.contract;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The DNS name by which a sending system asks to be let in, for example {@code events.acme.example}
 * (CloudEvents Web Hooks 1.0.2, section 4.1.2). It stands for all senders of the system, and is a
 * claim, no proof. Two are equal whatever their case. Immutable and thread-safe.
 */
public final class RequestOrigin {
  private static final int LONGEST = 253;
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern ADDRESS = Pattern.compile("(?:.*\\.)?[0-9]+");

  private final String name;

  private RequestOrigin(String name) {
    this.name = name;
  }

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException if it is no DNS name of at most 253 characters: labels of
   *     letters, digits and hyphens, at most 63 each; no address, port, scheme, wildcard or dot at
   *     the end. Other scripts are written in punycode
   */
  public static RequestOrigin of(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "an origin must be a DNS name such as events.example.com: \"" + name + "\"");
    }
    return new RequestOrigin(name);
  }

  /** True for what {@link #of} accepts. */
  static boolean isName(String text) {
    return text.length() <= LONGEST
        && NAME.matcher(text).matches()
        && !ADDRESS.matcher(text).matches();
  }

  /** The name as it was given. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RequestOrigin that && name.equalsIgnoreCase(that.name);
  }

  @Override
  public int hashCode() {
    return name.toLowerCase(Locale.ROOT).hashCode();
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
