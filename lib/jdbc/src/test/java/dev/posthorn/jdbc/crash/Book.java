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
    String[] words = line.split(" ", 2);
    switch (words[0]) {
      case "ack" -> acknowledged.add(words[1]);
      case "undone", "open" -> notCommitted.add(words[1]);
      default -> {
        return false;
      }
    }
    return true;
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
