package dev.posthorn.webhook;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL taken apart by rules that leave no room for a second reading, before any other parser sees
 * it. These rules cannot be lifted by an allowance.
 */
record EndpointUrl(boolean https, HostPort target, @Nullable AddressBits literal, String rest) {
  private static final int LONGEST = 2048;
  private static final Pattern DOTS = Pattern.compile("/(\\.|%2[eE]){1,2}(?=/|$)");

  /** What RFC 3986 allows in a path, and some more in a query, besides letters, digits and %. */
  private static final String PATH_MARKS = "-._~!$&'()*+,;=:@/";

  private static final String QUERY_MARKS = PATH_MARKS + "?";

  /**
   * Reads a URL.
   *
   * @throws InvalidWebhookException if it breaks a rule of syntax
   */
  static EndpointUrl parse(String text) {
    checkCharacters(text);
    boolean https = text.regionMatches(true, 0, "https://", 0, 8);
    if (!https && !text.regionMatches(true, 0, "http://", 0, 7)) {
      throw refused("must begin with https://");
    }
    String afterScheme = text.substring(https ? 8 : 7);
    int end = endOfAuthority(afterScheme);
    HostPort target = target(afterScheme.substring(0, end), https);
    return new EndpointUrl(
        https, target, AddressBits.parse(target.host()), rest(afterScheme.substring(end)));
  }

  /** The one way to write it: this is stored, and sent to. */
  URI canonical() {
    String authority = target.toString();
    if (target.port() == (https ? 443 : 80)) {
      authority = authority.substring(0, authority.lastIndexOf(':'));
    }
    return URI.create((https ? "https://" : "http://") + authority + rest);
  }

  private static void checkCharacters(String text) {
    if (text.length() > LONGEST) {
      throw refused("has " + text.length() + " characters; at most " + LONGEST + " are allowed");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '\\') {
        throw refused(
            String.format(
                Locale.ROOT,
                "holds the character U+%04X at position %d; only printable ASCII without space and"
                    + " backslash is allowed: percent-encode it in a path or query, write an"
                    + " international host name as punycode (xn--)",
                (int) c,
                i));
      }
    }
    if (text.indexOf('#') >= 0) {
      throw refused("has a fragment, which is never sent; leave out the # and what follows");
    }
  }

  private static int endOfAuthority(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '/' || text.charAt(i) == '?') {
        return i;
      }
    }
    return text.length();
  }

  private static HostPort target(String authority, boolean https) {
    if (authority.isEmpty()) {
      throw refused("has no host");
    }
    if (authority.indexOf('@') >= 0) {
      throw refused("must not hold a user name or password");
    }
    if (authority.indexOf('%') >= 0) {
      throw refused("must not hold a % in its host");
    }
    int bracket = authority.lastIndexOf(']');
    int colon = authority.indexOf(':', bracket + 1);
    String hostText = colon < 0 ? authority : authority.substring(0, colon);
    int port = https ? 443 : 80;
    if (colon >= 0) {
      port = HostPort.port(authority.substring(colon + 1));
    }
    if (port < 0) {
      throw refused("has a port that is not a number from 1 to 65535 without leading zeros");
    }
    return new HostPort(host(hostText), port);
  }

  private static String host(String text) {
    String host = HostPort.host(text);
    if (host != null) {
      return host;
    }
    if (text.endsWith(".")) {
      throw refused("must not have a dot at the end of its host: " + text);
    }
    if (text.indexOf('[') < 0 && HostPort.looksNumeric(text)) {
      throw refused("must write an IPv4 address as four decimal numbers: " + text);
    }
    throw refused("has a host that is neither a name nor an address: " + text);
  }

  /** Path and query; never empty. */
  private static String rest(String text) {
    int question = text.indexOf('?');
    String path = question < 0 ? text : text.substring(0, question);
    String query = question < 0 ? "" : text.substring(question + 1);
    checkMarks(path, PATH_MARKS, "path");
    checkMarks(query, QUERY_MARKS, "query");
    if (DOTS.matcher(path).find()) {
      throw refused("must not hold . or .. as a part of its path");
    }
    String shown = path.isEmpty() ? "/" : path;
    // The one allowed character that HTTP clients write in two ways.
    return question < 0 ? shown : shown + "?" + query.replace("'", "%27");
  }

  private static void checkMarks(String text, String marks, String where) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '%' && isHex(text, i + 1) && isHex(text, i + 2);
      if (!escape && !isAlphanumeric(c) && marks.indexOf(c) < 0) {
        throw refused("holds a " + c + " in its " + where + "; percent-encode it");
      }
    }
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isHex(String text, int index) {
    return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
  }

  private static InvalidWebhookException refused(String why) {
    return new InvalidWebhookException("the URL " + why);
  }
}
