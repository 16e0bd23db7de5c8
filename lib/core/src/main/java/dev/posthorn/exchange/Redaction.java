package dev.posthorn.exchange;

import dev.posthorn.contract.Secret;
import dev.posthorn.store.StoredKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Keeps out of the log what a receiver echoes of the secrets that it was sent: keys, headers of the
 * webhook's own, and the URL's query, which often holds one. Error pages like to repeat the whole
 * request, or its parameters.
 */
final class Redaction {
  private static final String HIDDEN = "[redacted]";

  /** Shorter beginnings of a secret, at the place where an answer was cut off, tell nothing. */
  private static final int TELLING = 4;

  /** Shorter values of a query's parameters are no secrets, and may be a part of any text. */
  private static final int SECRET_VALUE = 8;

  private Redaction() {}

  /** The beginning of an answer, no longer than it was, without secrets. */
  static String of(Target target, String snippet) {
    String clean = snippet;
    for (StoredKey key : target.keys()) {
      clean = without(key.secret().reveal(), clean);
    }
    for (Secret header : target.stored().headers().values()) {
      clean = withoutHeader(header.reveal(), clean);
    }
    String query = target.url().getRawQuery();
    if (query != null && !query.isEmpty()) {
      clean = withoutValues(query, without(query, clean));
    }
    return clean.length() > snippet.length() ? clean.substring(0, snippet.length()) : clean;
  }

  /** Also what stands behind a scheme's name, as in {@code Bearer abcdef}. */
  private static String withoutHeader(String value, String text) {
    String credentials = value.substring(value.indexOf(' ') + 1).strip();
    String clean = value.length() < TELLING ? text : without(value, text);
    return credentials.length() < TELLING ? clean : without(credentials, clean);
  }

  private static String withoutValues(String query, String text) {
    String clean = text;
    for (String parameter : query.split("&", -1)) {
      String value = parameter.substring(parameter.indexOf('=') + 1);
      String meant = URLDecoder.decode(value, StandardCharsets.UTF_8);
      if (meant.length() >= SECRET_VALUE) {
        clean = without(meant, without(value, clean));
      }
    }
    return clean;
  }

  /** Also as programs write it into JSON and HTML, and as snippets have it. */
  private static String without(String secret, String text) {
    String json = secret.replace("\\", "\\\\").replace("\"", "\\\"");
    String html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    String clean = text;
    for (String form :
        List.of(
            secret,
            json,
            json.replace("/", "\\/"),
            html,
            html.replace("\"", "&quot;").replace("'", "&#39;"),
            html.replace("\"", "&quot;").replace("'", "&#039;"),
            secret.replace('\t', ' '))) {
      clean = withoutForm(form, clean);
    }
    return clean;
  }

  private static String withoutForm(String secret, String text) {
    String clean = text.replace(secret, HIDDEN);
    for (int length = Math.min(secret.length(), clean.length()); length >= TELLING; length--) {
      if (clean.endsWith(secret.substring(0, length))) {
        return clean.substring(0, clean.length() - length) + HIDDEN;
      }
    }
    return clean;
  }
}
