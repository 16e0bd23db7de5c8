package dev.posthorn.delivery;

/**
 * Whose webhook and whose event something is. Events never cross tenants, and an id of another
 * tenant is not found.
 *
 * @param value the host's own name for it, at most 128 characters of printable ASCII without
 *     spaces, upper and lower case apart; empty for {@link #DEFAULT}
 */
public record Tenant(String value) {
  /** The one tenant of hosts that have none. */
  public static final Tenant DEFAULT = new Tenant("");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is too long, or not printable ASCII without spaces
   */
  public Tenant {
    if (!value.isEmpty()) {
      Ids.check("tenant", value);
    }
  }

  /** A tenant by its name in the host. */
  public static Tenant of(String value) {
    return new Tenant(value);
  }

  /** For people: the name, and words for {@link #DEFAULT}, which has none. */
  @Override
  public String toString() {
    return value.isEmpty() ? "the default tenant" : value;
  }
}
