package dev.posthorn.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what should not happen, once per kind, without its message: that may hold a header's value
 * or a URL's query.
 */
final class Unforeseen {
  private static final Logger LOG = LoggerFactory.getLogger(Unforeseen.class);
  private static final int MOST_KINDS = 100;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  void log(String host, Throwable failure) {
    String kind = failure.getClass().getName();
    if (seen.size() < MOST_KINDS && seen.add(kind)) {
      LOG.warn(
          "An exchange with {} failed inside of the sender; further failures of this kind are not"
              + " logged",
          host,
          withoutMessage(kind, failure));
    }
  }

  /** The same kind and place, in words that hold nothing of what was sent. */
  static Throwable withoutMessage(String kind, Throwable failure) {
    Throwable shown = new IllegalStateException(kind);
    shown.setStackTrace(failure.getStackTrace());
    return shown;
  }
}
