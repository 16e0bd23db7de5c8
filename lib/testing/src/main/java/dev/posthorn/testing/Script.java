package dev.posthorn.testing;

import java.util.ArrayDeque;
import java.util.Deque;

/** What to do with the requests to come, one after the other, and then with all others. */
final class Script {
  private final Deque<Lines> lines = new ArrayDeque<>();
  private Responder afterwards;

  Script(Responder afterwards) {
    this.afterwards = afterwards;
  }

  /** Adds a part for so many requests. */
  synchronized void add(int times, Responder part) {
    if (times < 1) {
      throw new IllegalArgumentException("times must be at least 1: " + times);
    }
    lines.add(new Lines(times, part));
  }

  synchronized void afterwards(Responder part) {
    afterwards = part;
  }

  synchronized Responder next() {
    Lines first = lines.poll();
    if (first == null) {
      return afterwards;
    }
    if (first.times() > 1) {
      lines.addFirst(new Lines(first.times() - 1, first.part()));
    }
    return first.part();
  }

  /** The same part so many times. */
  private record Lines(int times, Responder part) {}
}
