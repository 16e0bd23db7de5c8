package dev.posthorn.jdbc.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever was acknowledged is received, whatever dies meanwhile; and what was rolled back is not.
 * {@code mvn -Pcrash verify -Dcrash.rounds=100} runs many rounds.
 */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("crash.rounds", 0);
  private static final int EVENTS = 100;
  private static final int FEW_EVENTS = 40;
  private static final List<Figures> figures = new ArrayList<>();

  @AfterAll
  static void print() {
    figures.forEach(System.out::println);
  }

  @Test
  void nothingIsLostWhenANodeIsKilled() throws IOException {
    run(Mode.NODE, ROUNDS == 0 ? 4 : ROUNDS);
  }

  @Test
  void nothingIsLostWhenTheDatabaseIsKilled() throws IOException {
    run(Mode.DATABASE, few());
  }

  @Test
  void nothingIsLostWhenANodeIsStoppedForLongerThanItsLeases() throws IOException {
    run(Mode.PAUSE, few());
  }

  @Test
  void whatIsRolledBackIsNeverReceived() throws IOException {
    run(Mode.ROLLBACK, few());
  }

  private static int few() {
    return ROUNDS == 0 ? 2 : Math.max(1, ROUNDS / 4);
  }

  private static void run(Mode mode, int rounds) throws IOException {
    long seed = Long.getLong("crash.seed", System.nanoTime());
    System.out.println("crash: mode=" + mode + " -Dcrash.seed=" + seed);
    Random random = new Random(seed);
    Figures sum = new Figures(mode);
    figures.add(sum);
    try (Cluster cluster = Cluster.start(mode.name().toLowerCase(java.util.Locale.ROOT), seed)) {
      for (int i = 1; i <= rounds; i++) {
        String prefix = mode + "-" + i;
        sum.add(new Round(mode, cluster, random, prefix).run(ROUNDS == 0 ? FEW_EVENTS : EVENTS));
      }
    }
  }
}
