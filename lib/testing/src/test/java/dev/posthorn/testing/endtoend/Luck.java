package dev.posthorn.testing.endtoend;

import java.util.random.RandomGenerator;

/** Randomness whose fractions are always the same, for delays; ids and keys stay different. */
final class Luck implements RandomGenerator {
  private final RandomGenerator others = RandomGenerator.getDefault();
  private final double fraction;

  /**
   * Luck.
   *
   * @param fraction at least 0 and less than 1; with a half, delays are what they are
   */
  Luck(double fraction) {
    this.fraction = fraction;
  }

  @Override
  public double nextDouble() {
    return fraction;
  }

  @Override
  public synchronized long nextLong() {
    return others.nextLong();
  }
}
