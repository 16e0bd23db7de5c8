package dev.posthorn.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The requests that came, in the order in which they came. */
final class Notebook {
  private static final int LONGEST_STORY = 50;

  private final List<Seen> seen = new ArrayList<>();
  private int posts;

  synchronized void add(Seen request) {
    seen.add(request);
    if (isPost(request)) {
      posts++;
      notifyAll();
    }
  }

  synchronized List<Seen> all() {
    return List.copyOf(seen);
  }

  List<Seen> posts() {
    return only(Notebook::isPost);
  }

  List<Seen> checks() {
    return only(request -> !isPost(request));
  }

  /** Waits until so many posts have come; fails with what came if that does not happen in time. */
  void awaitPosts(int count, Duration atMost) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1: " + count);
    }
    try {
      if (!cameWithin(count, atMost.toNanos())) {
        throw new AssertionError(
            "%d POST requests were awaited for %d s; came%s"
                .formatted(count, atMost.toSeconds(), story()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + count + " POST requests", e);
    }
  }

  private synchronized boolean cameWithin(int count, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (posts < count) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** A line for each of the latest requests, for a person. */
  String story() {
    List<Seen> came = all();
    if (came.isEmpty()) {
      return " nothing";
    }
    int earlier = Math.max(0, came.size() - LONGEST_STORY);
    StringBuilder story = new StringBuilder(":");
    if (earlier > 0) {
      story.append("\n  ").append(earlier).append(" requests, and then");
    }
    came.subList(earlier, came.size()).forEach(one -> story.append("\n  ").append(one));
    return story.toString();
  }

  private synchronized List<Seen> only(Predicate<Seen> wanted) {
    return seen.stream().filter(wanted).toList();
  }

  static boolean isPost(Seen request) {
    return request.method().equals("POST");
  }
}
