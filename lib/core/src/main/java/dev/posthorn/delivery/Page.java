package dev.posthorn.delivery;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list, and how to get the next one. A cursor is good for the list that returned it.
 *
 * @param items at most as many as were asked for
 * @param next the cursor of the next page; empty if this is the last
 */
public record Page<T>(List<T> items, Optional<String> next) {

  /** The first page. */
  public static Request first(int size) {
    return new Request("", size);
  }

  /** The page after the one that returned this cursor. */
  public static Request after(String cursor, int size) {
    return new Request(cursor, size);
  }

  /**
   * Which page.
   *
   * @param cursor what {@link Page#next()} returned, or empty for the first page; otherwise opaque.
   *     What no page returned is refused with an {@link IllegalArgumentException} when it is read
   * @param size the greatest number of items, 1 to 1,000
   */
  public record Request(String cursor, int size) {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public Request {
      if (size < 1 || size > 1000) {
        throw new IllegalArgumentException("a page has 1 to 1000 items: " + size);
      }
    }
  }
}
