package dev.posthorn;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of an instance whose host hands in none. All are daemons: they never keep a JVM from
 * ending, which is what {@link Posthorn#close()} is for. Idle ones go away.
 */
final class Threads {
  /** Before 24 a virtual thread that blocks inside {@code synchronized} pins its carrier. */
  private static final int VIRTUAL_SINCE = 24;

  private static final int CHORES = 3;
  private static final long IDLE_SECONDS = 30;

  private Threads() {}

  /** One virtual thread per exchange where the JVM has good ones, otherwise a bounded pool. */
  static ExecutorService exchanges(String instance, int most) {
    if (Runtime.version().feature() >= VIRTUAL_SINCE) {
      return virtual();
    }
    // Permits are the limit. A worker that has given its permit back may live for a moment beside
    // its successor, on a busy machine many of them at once, and none may be refused.
    int size = 2 * most + CHORES;
    return new ThreadPoolExecutor(
        0,
        size,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        factory(instance + "-exchange"));
  }

  /** A few threads for claiming, recording and telling the listener. */
  static ExecutorService chores(String instance) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            CHORES,
            CHORES,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            factory(instance + "-engine"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** One thread for wake-ups. */
  static ScheduledExecutorService timer(String instance) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, factory(instance + "-timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static ExecutorService virtual() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a JVM of 24 or later has virtual threads", e);
    }
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "posthorn-" + name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
