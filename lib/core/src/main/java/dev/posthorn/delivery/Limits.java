package dev.posthorn.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much one instance does at a time, and how long it may take. Immutable; the methods that take
 * an argument return a copy.
 *
 * @param inFlight exchanges at the same time, 1 to 100,000; the default is 256. A quarter of it is
 *     kept for endpoints that are new, slow or failing, so that they cost the others nothing
 * @param inFlightPerWebhook exchanges with one webhook at the same time, 1 to 10,000; the default
 *     is 16
 * @param closeWithin how long closing may take, zero or more; the default is 10 seconds
 * @param lease how long a claim on a delivery lasts, and so how soon a dead process's work is taken
 *     over; at least a second more than the longest timeout of the contracts; null, the default,
 *     for twice that timeout and 10 seconds
 * @param eventBytes the greatest size of an event as JSON, 1 KiB to 16 MiB; the default is 256 KiB.
 *     Beyond 64 KiB CloudEvents 1.0 (section "Size Limits") does not promise that everyone on the
 *     way can take it
 * @param retryAfter the longest that a receiver can pause its webhook with {@code Retry-After},
 *     zero for never; the default is 6 hours
 */
public record Limits(
    int inFlight,
    int inFlightPerWebhook,
    Duration closeWithin,
    @Nullable Duration lease,
    int eventBytes,
    Duration retryAfter) {
  private static final Limits STANDARD =
      new Limits(256, 16, Duration.ofSeconds(10), null, 256 * 1024, Duration.ofHours(6));

  /**
   * Checks each.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Limits {
    range("inFlight", inFlight, 1, 100_000);
    range("inFlightPerWebhook", inFlightPerWebhook, 1, 10_000);
    range("eventBytes", eventBytes, 1024, 16 * 1024 * 1024);
    notNegative("closeWithin", closeWithin);
    notNegative("retryAfter", retryAfter);
    if (lease != null) {
      notNegative("lease", lease);
    }
  }

  /** The defaults. */
  public static Limits standard() {
    return STANDARD;
  }

  /** Another number of exchanges at the same time. */
  public Limits inFlight(int total) {
    return new Limits(total, inFlightPerWebhook, closeWithin, lease, eventBytes, retryAfter);
  }

  /** Another number of exchanges with one webhook at the same time. */
  public Limits inFlightPerWebhook(int each) {
    return new Limits(inFlight, each, closeWithin, lease, eventBytes, retryAfter);
  }

  /** Another time for closing. */
  public Limits closeWithin(Duration limit) {
    return new Limits(inFlight, inFlightPerWebhook, limit, lease, eventBytes, retryAfter);
  }

  /** Another lease; it must exceed the longest timeout by a second, which the builder checks. */
  public Limits lease(Duration each) {
    return new Limits(inFlight, inFlightPerWebhook, closeWithin, each, eventBytes, retryAfter);
  }

  /** Another greatest size of an event. */
  public Limits eventBytes(int bytes) {
    return new Limits(inFlight, inFlightPerWebhook, closeWithin, lease, bytes, retryAfter);
  }

  /** Another longest time that {@code Retry-After} can ask for. */
  public Limits retryAfter(Duration longest) {
    return new Limits(inFlight, inFlightPerWebhook, closeWithin, lease, eventBytes, longest);
  }

  private static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
    }
  }

  private static void notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
  }
}
