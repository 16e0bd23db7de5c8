package dev.posthorn.dispatch;

import java.util.concurrent.Executor;

/**
 * What every part of one engine shares: the host's parts, what is going on, and what goes wrong.
 *
 * @param host what comes from outside
 * @param activity what is going on
 * @param troubles what goes wrong
 */
record Household(Host host, Activity activity, Troubles troubles) {

  static Household of(Host host) {
    return new Household(host, new Activity(), new Troubles(host.clock(), host.name()));
  }

  Alarm alarm(Runnable action) {
    return new Alarm(host.scheduler(), host.clock(), troubles, action);
  }

  /** Runs a task on an executor, as activity until it ends; false if the executor refuses it. */
  boolean run(Executor executor, String doing, Runnable task) {
    activity.begin();
    try {
      executor.execute(
          () -> {
            try {
              task.run();
            } finally {
              activity.end();
            }
          });
      return true;
    } catch (Throwable refusal) { // an Error too: a JVM may be out of threads
      activity.end();
      troubles.note(Troubles.Kind.EXECUTOR, doing, refusal);
      return false;
    }
  }

  boolean chore(String doing, Runnable task) {
    return run(host.chores(), doing, task);
  }
}
