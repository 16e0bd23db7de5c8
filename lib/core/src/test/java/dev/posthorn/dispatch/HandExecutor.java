package dev.posthorn.dispatch;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks when a test says so, on the test's thread. */
final class HandExecutor implements Executor {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean rejecting;
  private boolean outOfThreads;

  @Override
  public void execute(Runnable task) {
    if (rejecting) {
      throw new RejectedExecutionException("full");
    }
    if (outOfThreads) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    tasks.add(task);
  }

  void rejecting(boolean yes) {
    rejecting = yes;
  }

  void outOfThreads(boolean yes) {
    outOfThreads = yes;
  }

  int size() {
    return tasks.size();
  }

  /** Runs the oldest task; false if there is none. */
  boolean runNext() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }
}
