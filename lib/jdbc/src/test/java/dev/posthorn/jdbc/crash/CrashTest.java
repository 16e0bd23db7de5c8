package dev.posthorn.jdbc.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whatever was acknowledged is received, whatever dies meanwhile; and what was rolled back is not.
 * {@code mvn -Pcrash verify -Dcrash.rounds=100} runs many rounds.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("crash.rounds", 0);
  private static final int EVENTS = 100;
  private static final int FEW_EVENTS = 40;
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final List<Figures> figures = new ArrayList<>();
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    System.out.println("crash: -Dcrash.seed=" + SEED);
    cluster = Cluster.start(SEED);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    figures.forEach(System.out::println);
  }

  @Test
  void nothingIsLostWhenANodeIsKilled() {
    run(Mode.NODE, ROUNDS == 0 ? 4 : ROUNDS);
  }

  @Test
  void nothingIsLostWhenTheDatabaseIsKilled() {
    run(Mode.DATABASE, few());
  }

  @Test
  void nothingIsLostWhenANodeIsStoppedForLongerThanItsLeases() {
    run(Mode.PAUSE, few());
  }

  @Test
  void whatIsRolledBackIsNeverReceived() {
    run(Mode.ROLLBACK, few());
  }

  private static int few() {
    return ROUNDS == 0 ? 2 : Math.max(1, ROUNDS / 4);
  }

  private static void run(Mode mode, int rounds) {
    Random random = new Random(SEED);
    Figures sum = new Figures(mode);
    figures.add(sum);
    for (int i = 1; i <= rounds; i++) {
      int events = ROUNDS == 0 ? FEW_EVENTS : EVENTS;
      sum.add(new Round(mode, cluster, random, mode + "-" + i).run(events));
    }
  }
}
