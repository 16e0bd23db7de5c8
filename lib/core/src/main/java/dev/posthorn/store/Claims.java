package dev.posthorn.store;

import java.time.Duration;
import java.util.List;

/**
 * What a claim granted.
 *
 * @param claims the claims, of a lane oldest first
 * @param more how long until something else is due in a lane that had room left; zero means ask
 *     again as soon as there is room; {@link #NEVER} that nothing is waiting. It may be too short,
 *     where another process is claiming at the same time, and is never too long
 */
public record Claims(List<Claim> claims, Duration more) {
  /** Longer than any wait. */
  public static final Duration NEVER = Duration.ofDays(36_500);
}
