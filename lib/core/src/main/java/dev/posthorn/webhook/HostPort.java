package dev.posthorn.webhook;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a URL points to: a canonical host name or address, without brackets, and a port. */
record HostPort(String host, int port) {
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern NUMERIC = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");

  /**
   * Reads what an operator writes, for example {@code localhost:8080} or {@code [::1]:8080}.
   *
   * @throws IllegalArgumentException if it is not a host and a port
   */
  static HostPort of(String text) {
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    String host = colon < 0 ? null : host(text.substring(0, colon));
    if (host == null || port < 0) {
      throw new IllegalArgumentException(
          "neither host:port like localhost:8080, nor a CIDR range like 10.0.0.0/8: " + text);
    }
    return new HostPort(host, port);
  }

  /** The canonical host, or null if it is none. IPv6 stands in brackets. */
  static @Nullable String host(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      AddressBits address = AddressBits.parse(text.substring(1, text.length() - 1));
      return address == null || address.isIpv4() ? null : address.text();
    }
    return isName(text) || isDottedQuad(text) ? text.toLowerCase(Locale.ROOT) : null;
  }

  /** 1 to 65535 in decimal without leading zeros, or -1. */
  static int port(String text) {
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : -1;
    return port <= 65_535 ? port : -1;
  }

  /**
   * True if some parser may take the last label for a number, and thus the host for an IPv4 address
   * in one of its many forms.
   */
  static boolean looksNumeric(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return NUMERIC.matcher(last).matches();
  }

  /** As in a URL. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private static boolean isDottedQuad(String text) {
    return text.indexOf(':') < 0 && AddressBits.parse(text) != null;
  }

  private static boolean isName(String text) {
    if (text.length() > 253 || looksNumeric(text) || !endsInAWord(text)) {
      return false;
    }
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '.') {
        if (!isLabel(text, start, i)) {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  /** The last label begins with a letter, or {@link java.net.URI} finds no host. */
  private static boolean endsInAWord(String text) {
    int last = text.lastIndexOf('.') + 1;
    return last < text.length() && !Character.isDigit(text.charAt(last));
  }

  /** 1 to 63 letters, digits and, inside, hyphens. */
  private static boolean isLabel(String text, int start, int end) {
    if (end == start || end - start > 63) {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      boolean inside = i > start && i < end - 1;
      if (!isAlphanumeric(c) && !(c == '-' && inside)) {
        return false;
      }
    }
    return isReadable(text.substring(start, end).toLowerCase(Locale.ROOT));
  }

  /** What begins as punycode has to be some: clients that read it would refuse it otherwise. */
  private static boolean isReadable(String label) {
    return !label.startsWith("xn--") || !IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED).equals(label);
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
