package dev.posthorn.benchmarks;

import dev.posthorn.http.ToyHttp;

/** Proves that the module builds. */
public final class ToyBenchmark {
  private ToyBenchmark() {}

  /** Prints the subtype. */
  public static void main(String[] args) {
    System.out.println(ToyHttp.subtype());
  }
}
