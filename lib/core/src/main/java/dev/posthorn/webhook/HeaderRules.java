package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a webhook's own headers may be, whatever its contract. Messages never show a value. */
final class HeaderRules {
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_VALUE = 1024;
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private static final String FRAMING = "it frames the message, and the HTTP client sets it";
  private static final String CONNECTION = "it is about one connection, not about the event";

  /** In lower case, each with why. */
  private static final Map<String, String> RESERVED =
      Map.ofEntries(
          Map.entry("host", "it comes from the URL"),
          Map.entry("transfer-encoding", FRAMING),
          Map.entry("trailer", FRAMING),
          Map.entry("connection", CONNECTION),
          Map.entry("keep-alive", CONNECTION),
          Map.entry("te", CONNECTION),
          Map.entry("upgrade", CONNECTION),
          Map.entry("expect", "the request is sent whole, without asking first"),
          Map.entry("cookie", "no cookies are sent or kept"),
          Map.entry("accept-encoding", "answers are asked for as they are, uncompressed"),
          Map.entry("user-agent", "the contract says it"),
          Map.entry("traceparent", "it is each attempt's own"),
          Map.entry("tracestate", "it is each attempt's own"));

  /** Beginnings in lower case, each with why. */
  private static final List<Map.Entry<String, String>> RESERVED_BEGINNINGS =
      List.of(
          Map.entry("content-", "the body's format says what the content is"),
          Map.entry("proxy-", CONNECTION),
          Map.entry("ce-", "CloudEvents puts an event's attributes there"),
          Map.entry("webhook-", "signatures and the CloudEvents handshake use these names"));

  private HeaderRules() {}

  static void check(String name, Secret value) {
    checkName(name);
    checkReserved(name);
    checkValue(name, value.reveal());
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new InvalidWebhookException(
          "a header's name must have 1 to " + LONGEST_NAME + " characters, has " + name.length());
    }
    if (!name.chars().allMatch(HeaderRules::isTokenChar)) {
      throw new InvalidWebhookException(
          "a header's name may only hold letters, digits and " + TOKEN_MARKS);
    }
  }

  private static void checkReserved(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String why = RESERVED.get(lower);
    for (Map.Entry<String, String> beginning : RESERVED_BEGINNINGS) {
      if (why == null && lower.startsWith(beginning.getKey())) {
        why = beginning.getValue();
      }
    }
    if (why != null) {
      throw new InvalidWebhookException("the header " + name + " is reserved: " + why);
    }
  }

  private static void checkValue(String name, String value) {
    if (value.length() > LONGEST_VALUE) {
      throw new InvalidWebhookException(
          "the value of the header %s may have at most %d characters, has %d"
              .formatted(name, LONGEST_VALUE, value.length()));
    }
    boolean visible = value.chars().allMatch(c -> (c >= 0x20 && c <= 0x7e) || c == '\t');
    if (!visible || isSpace(value.charAt(0)) || isSpace(value.charAt(value.length() - 1))) {
      throw new InvalidWebhookException(
          "the value of the header "
              + name
              + " must be visible ASCII, with spaces and tabs only between");
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }
}
