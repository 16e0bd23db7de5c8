package dev.posthorn.benchmarks;

/**
 * What was measured.
 *
 * @param perSecond events per second
 * @param cpuMicros CPU time of the process per event, in microseconds
 */
record Figure(double perSecond, double cpuMicros) {
  @Override
  public String toString() {
    return "%,7.0f/s %5.1f us CPU".formatted(perSecond, cpuMicros);
  }
}
