package dev.posthorn.canary;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must not be shown: words that tests plant as secrets, keys in a form that only keys have,
 * and headers whose values are secrets.
 */
public final class Canary {
  private static final Pattern SECRETS =
      Pattern.compile(
          "canary-[a-z]+-[0-9a-f]{4,}"
              + "|hunter2"
              + "|wh(sec|sk)_[A-Za-z0-9+/=]{20,}"
              + "|(?i:authorization|x-api-key|webhook-key)[\"']?[:=] *(?!(Bearer |Secret)?\\[redacted)[^\\s,}\\]]+"
              + "|://[^/\\s:@]*:[^/\\s:@]+@");

  private static final int SHORTEST = 12;

  private static final Set<String> PLANTED = ConcurrentHashMap.newKeySet();

  private Canary() {}

  /** From now on this must not be shown either; shorter ones are in many a text by chance. */
  public static void plant(String secret) {
    if (secret.length() < SHORTEST) {
      throw new IllegalArgumentException(
          "a planted secret must have at least " + SHORTEST + " characters: " + secret.length());
    }
    PLANTED.add(secret);
  }

  /** The first secret in a text; null if there is none. */
  public static @Nullable String in(String text) {
    for (String secret : PLANTED) {
      if (text.contains(secret)) {
        return secret;
      }
    }
    Matcher found = SECRETS.matcher(text);
    return found.find() ? found.group() : null;
  }
}
