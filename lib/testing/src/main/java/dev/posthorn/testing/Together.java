package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Threads beside the test's own, and waiting for them; only a hang makes it wait for long. */
final class Together {
  private static final long PATIENCE_SECONDS = 60;

  private Together() {}

  /** A task that knows which thread it is run by. */
  interface Numbered<T> {
    T run(int thread) throws Exception;
  }

  /** What each thread came to, when all of them begin at the same time. */
  static <T> List<T> atOnce(int threads, Numbered<T> task) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<FutureTask<T>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      FutureTask<T> future =
          new FutureTask<>(
              () -> {
                start.await();
                return task.run(number);
              });
      running.add(future);
      aside(future);
    }
    start.countDown();
    List<T> results = new ArrayList<>();
    for (FutureTask<T> future : running) {
      results.add(result(future));
    }
    return results;
  }

  /** What a task came to; what it threw is thrown. */
  static <T> T result(FutureTask<T> future) throws Exception {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("calls that are made at once return", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error broken) {
        throw broken;
      }
      throw e;
    }
  }

  /** Runs it on a thread of its own. */
  static Thread aside(Runnable task) {
    Thread thread = new Thread(task, "compatibility");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** True unless it has been waited for in vain. */
  static boolean comes(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** True as soon as the condition, looked at again and again, is; false if that takes for ever. */
  static boolean comes(BooleanSupplier condition) {
    long start = System.nanoTime();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!condition.getAsBoolean()) {
        boolean isLate = System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        if (isLate || never.await(1, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static void ends(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertTrue(!thread.isAlive(), "what was begun ends");
  }
}
