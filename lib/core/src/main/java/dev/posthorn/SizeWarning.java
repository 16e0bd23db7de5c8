package dev.posthorn;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, at most once a minute, of events that are larger than CloudEvents 1.0 (section "Size
 * Limits") lets one count on. Thread-safe.
 */
final class SizeWarning {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");
  private static final int COUNT_ON = 64 * 1024;
  private static final long QUIET_MILLIS = 60_000;

  private final Clock clock;
  private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);

  SizeWarning(Clock clock) {
    this.clock = clock;
  }

  void look(int bytes, String type) {
    if (bytes <= COUNT_ON) {
      return;
    }
    long now = clock.millis();
    long quiet = quietUntil.get();
    if (now >= quiet && quietUntil.compareAndSet(quiet, now + QUIET_MILLIS)) {
      log.warn(
          "an event of type {} has {} bytes: over {} not everyone on its way must take it",
          type,
          bytes,
          COUNT_ON);
    }
  }
}
