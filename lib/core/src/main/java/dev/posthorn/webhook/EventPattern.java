package dev.posthorn.webhook;

/**
 * Which event types a webhook wants: an exact type such as {@code task.created}; a prefix such as
 * {@code task.*}, which matches everything that begins with {@code task.}, further dots included;
 * or {@code *}, which matches all. Upper and lower case differ.
 *
 * @param text the pattern as it is written, 1 to 256 characters
 */
public record EventPattern(String text) {
  private static final int LONGEST = 256;

  /** Matches every type. */
  public static final EventPattern ALL = new EventPattern("*");

  /**
   * Checks the pattern.
   *
   * @throws InvalidWebhookException if it is empty, too long, holds control characters, or a star
   *     anywhere but as the last part
   */
  public EventPattern {
    if (text.isBlank() || text.length() > LONGEST) {
      throw new InvalidWebhookException(
          "an event type must have 1 to " + LONGEST + " characters: \"" + text + "\"");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidWebhookException("an event type must not hold control characters");
    }
    int star = text.indexOf('*');
    boolean starIsLastPart = text.equals("*") || (star == text.length() - 1 && text.endsWith(".*"));
    if (star >= 0 && !starIsLastPart) {
      throw new InvalidWebhookException(
          "a star may only be the last part, as in \"task.*\": \"" + text + "\"");
    }
  }

  /** True for {@code *}. */
  public boolean all() {
    return text.equals("*");
  }

  /** True for a pattern that ends in {@code .*}. */
  public boolean prefix() {
    return text.endsWith(".*");
  }

  /** What a type must begin with: {@code task.} for {@code task.*}; only for a prefix pattern. */
  public String prefixText() {
    return text.substring(0, text.length() - 1);
  }

  /** True if this pattern wants events of this type. */
  public boolean matches(String type) {
    if (all()) {
      return true;
    }
    return prefix() ? type.startsWith(prefixText()) : type.equals(text);
  }

  /** The pattern as it is written. */
  @Override
  public String toString() {
    return text;
  }
}
