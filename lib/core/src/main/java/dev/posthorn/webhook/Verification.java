package dev.posthorn.webhook;

import dev.posthorn.delivery.Rate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last check of an endpoint.
 *
 * @param verified whether it passed
 * @param checkedAt when it was made, by the checking process's clock
 * @param detail what came back, for a person, for example {@code HEAD answered 405, GET answered
 *     204} or {@code HEAD failed: the connection was refused}; never a part of a response's body
 * @param allowedRate how often the endpoint allows requests; null if it limits nobody or the
 *     contract does not ask. Deliveries keep to it, and to the webhook's own rate
 */
public record Verification(
    boolean verified, Instant checkedAt, String detail, @Nullable Rate allowedRate) {

  /** A check that tells nothing of a rate. */
  public Verification(boolean verified, Instant checkedAt, String detail) {
    this(verified, checkedAt, detail, null);
  }
}
