package dev.posthorn.delivery;

/**
 * Which delivery; made by Posthorn when the event is accepted, and stable for ever.
 *
 * @param value 1 to 128 characters of printable ASCII without spaces
 */
public record DeliveryId(String value) {

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException if it is empty, longer, or has other characters
   */
  public DeliveryId {
    Ids.check("delivery id", value);
  }

  /** A delivery's id by its text. */
  public static DeliveryId of(String value) {
    return new DeliveryId(value);
  }

  /** The text itself. */
  @Override
  public String toString() {
    return value;
  }
}
