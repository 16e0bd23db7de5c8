package dev.posthorn.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a host notes on a webhook for its own use. May be personal: messages do not show it, but for
 * names of metadata.
 */
record Notes(String label, Map<String, String> metadata) {
  private static final int LONGEST_LABEL = 200;
  private static final int MOST_ENTRIES = 20;
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_VALUE = 500;

  static final Notes NONE = new Notes("", Map.of());

  Notes {
    checkLabel(label);
    if (metadata.size() > MOST_ENTRIES) {
      throw new InvalidWebhookException(
          "metadata may have at most " + MOST_ENTRIES + " entries, has " + metadata.size());
    }
    metadata.forEach(Notes::checkEntry);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  Notes label(String text) {
    return new Notes(text, metadata);
  }

  Notes metadata(Map<String, String> entries) {
    return new Notes(label, entries);
  }

  private static void checkLabel(String label) {
    if (label.length() > LONGEST_LABEL) {
      throw new InvalidWebhookException(
          "a label may have at most " + LONGEST_LABEL + " characters, has " + label.length());
    }
    if (label.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidWebhookException("a label must not hold control characters");
    }
    if (!isUnicode(label)) {
      throw new InvalidWebhookException("a label must not hold a lone surrogate");
    }
  }

  private static void checkEntry(String name, String value) {
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || !name.chars().allMatch(Notes::isVisible)) {
      throw new InvalidWebhookException(
          "a name of metadata must be 1 to %d of printable ASCII without spaces: \"%s\""
              .formatted(LONGEST_NAME, name));
    }
    if (value.length() > LONGEST_VALUE) {
      throw new InvalidWebhookException(
          "the metadata \"%s\" may have at most %d characters, has %d"
              .formatted(name, LONGEST_VALUE, value.length()));
    }
    if (value.indexOf('\0') >= 0 || !isUnicode(value)) {
      throw new InvalidWebhookException(
          "the metadata \"" + name + "\" must hold neither NUL nor a lone surrogate");
    }
  }

  private static boolean isVisible(int c) {
    return c > ' ' && c <= '~';
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
