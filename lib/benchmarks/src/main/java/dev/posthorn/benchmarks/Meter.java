package dev.posthorn.benchmarks;

import java.lang.management.ManagementFactory;

/** Wall time and the whole process's CPU time, receiver included. */
record Meter(long wall, long cpu) {

  static Meter start() {
    return new Meter(System.nanoTime(), processCpu());
  }

  Figure stop(int events) {
    double seconds = (System.nanoTime() - wall) / 1e9;
    return new Figure(events / seconds, (processCpu() - cpu) / 1e3 / events);
  }

  private static long processCpu() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
  }
}
