package dev.posthorn.testing;

import dev.posthorn.receiver.ProcessedEvents;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;

/** Looks first and writes then, with a key that is not one. Leases it takes for ever. */
final class NaiveMemory implements ProcessedEvents {
  private final Map<String, Progress> seen = new ConcurrentHashMap<>();
  private final CyclicBarrier between;

  /** One whose callers all look before one of them writes. */
  NaiveMemory(int callers) {
    between = new CyclicBarrier(callers);
  }

  @Override
  public Progress begin(String source, String id, Duration lease) {
    Progress progress = seen.getOrDefault(source + id, Progress.STARTED);
    try {
      between.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (progress == Progress.STARTED) {
      seen.put(source + id, Progress.IN_PROGRESS);
    }
    return progress;
  }

  @Override
  public void done(String source, String id) {
    seen.put(source + id, Progress.DONE);
  }

  @Override
  public void forget(String source, String id) {
    seen.remove(source + id);
  }
}
