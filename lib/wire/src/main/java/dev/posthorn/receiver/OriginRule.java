package dev.posthorn.receiver;

import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.RequestOrigin;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which systems may send events here, asked by {@code OPTIONS} (CloudEvents Web Hooks 1.0.2,
 * section 4) before they do. A permission keeps a sender from flooding addresses that want nothing
 * of it; it proves nothing about the sender, which is what keys are for.
 *
 * <p>A rule of one's own may decide later: it keeps {@link PermissionRequest#callback()} and
 * returns empty; who has decided calls that URL. Thread-safe, and quick: the sender waits.
 */
@FunctionalInterface
public interface OriginRule {

  /**
   * Decides about one request.
   *
   * @return the rate that is allowed; empty for no permission, or none yet
   */
  Optional<AllowedRate> decide(PermissionRequest request);

  /** Every origin, at this rate. */
  static OriginRule any(AllowedRate rate) {
    return request -> Optional.of(rate);
  }

  /**
   * These origins, each at this rate, and no other.
   *
   * @throws IllegalArgumentException if there is none, or one is no DNS name
   */
  static OriginRule only(AllowedRate rate, String... origins) {
    if (origins.length == 0) {
      throw new IllegalArgumentException("a rule needs an origin; any(rate) allows all");
    }
    Set<RequestOrigin> allowed =
        Arrays.stream(origins).map(RequestOrigin::of).collect(Collectors.toUnmodifiableSet());
    return request -> allowed.contains(request.origin()) ? Optional.of(rate) : Optional.empty();
  }
}
