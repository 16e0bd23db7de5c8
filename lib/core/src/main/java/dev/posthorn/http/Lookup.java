package dev.posthorn.http;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One look-up, and how long somebody waits for it. */
final class Lookup {
  private final CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
  private final AtomicLong wantedUntil = new AtomicLong(System.nanoTime());

  CompletableFuture<List<InetAddress>> result() {
    return result;
  }

  void wantUntil(long nanoTime) {
    wantedUntil.accumulateAndGet(nanoTime, (a, b) -> a - b >= 0 ? a : b);
  }

  boolean isUnwanted(long nanoTime) {
    return nanoTime - wantedUntil.get() > 0;
  }
}
