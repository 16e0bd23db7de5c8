package dev.posthorn.delivery;

/**
 * Which webhook; unique over all tenants.
 *
 * @param value 1 to 128 characters of printable ASCII without spaces, chosen by the host or by
 *     Posthorn
 */
public record WebhookId(String value) {

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException if it is empty, longer, or has other characters
   */
  public WebhookId {
    Ids.check("webhook id", value);
  }

  /** A webhook's id by its text. */
  public static WebhookId of(String value) {
    return new WebhookId(value);
  }

  /** The text itself. */
  @Override
  public String toString() {
    return value;
  }
}
