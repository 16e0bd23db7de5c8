package dev.posthorn.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong in the host's parts (store, scheduler, listener, executor): logged once per kind
 * and interval, remembered for the health report. Thread-safe.
 */
final class Troubles {
  private static final Logger log = LoggerFactory.getLogger("dev.posthorn");
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Clock clock;
  private final String instance;
  private final Map<Kind, Instant> logged = new ConcurrentHashMap<>();
  private volatile @Nullable String lastStoreError;

  enum Kind {
    STORE,
    SCHEDULER,
    LISTENER,
    EXECUTOR,
    RETRY_POLICY
  }

  Troubles(Clock clock, String instance) {
    this.clock = clock;
    this.instance = instance;
  }

  /** Notes that something failed. */
  void note(Kind kind, String doing, Throwable failure) {
    if (kind == Kind.STORE) {
      lastStoreError = doing + ": " + failure;
    }
    Instant now = clock.instant();
    Instant last = logged.get(kind);
    boolean quiet =
        last != null && !now.isBefore(last) && Duration.between(last, now).compareTo(QUIET) < 0;
    if (!quiet) {
      logged.put(kind, now);
      log.warn(
          "{}: {} failed while {}; it is tried again, and not logged again for {}",
          instance,
          kind,
          doing,
          QUIET,
          failure);
    }
  }

  /** The store works again. */
  void storeWorks() {
    lastStoreError = null;
  }

  /** What the store last threw; null if it has worked since. */
  @Nullable String lastStoreError() {
    return lastStoreError;
  }
}
