package dev.posthorn.jdbc.crash;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the nodes say that they have done. Thread-safe. */
final class Book {
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> notCommitted = ConcurrentHashMap.newKeySet();

  /** True if a line is about an event. */
  boolean note(String line) {
    if (line.startsWith("ack ")) {
      return acknowledged.add(line.substring("ack ".length()));
    }
    if (line.startsWith("undone ")) {
      return notCommitted.add(line.substring("undone ".length()));
    }
    if (line.startsWith("open ")) {
      return notCommitted.add(line.substring("open ".length()));
    }
    return false;
  }

  boolean acknowledged(String id) {
    return acknowledged.contains(id);
  }

  Set<String> acknowledged(Collection<String> ids) {
    Set<String> some = new HashSet<>(ids);
    some.retainAll(acknowledged);
    return some;
  }

  /** How many of these have been acknowledged, or left or rolled back as they should. */
  int done(Collection<String> ids) {
    int done = 0;
    for (String id : ids) {
      if (acknowledged.contains(id) || notCommitted.contains(id)) {
        done++;
      }
    }
    return done;
  }

  boolean awaitDone(Collection<String> ids, int count, Duration atMost) {
    return Patience.until(atMost, () -> done(ids) >= count);
  }
}
