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
  private static PostgresCluster cluster;

  @BeforeAll
  static void start() {
    System.out.println("crash: -Dcrash.seed=" + SEED);
    cluster = PostgresCluster.start(SEED);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    figures.forEach(System.out::println);
  }

  @Test
  void nothingIsLostWhenANodeIsKilled() {
    run(PostgresMode.NODE, cluster, ROUNDS == 0 ? 4 : ROUNDS);
  }

  @Test
  void nothingIsLostWhenTheDatabaseIsKilled() {
    run(PostgresMode.DATABASE, cluster, few());
  }

  @Test
  void nothingIsLostWhenANodeIsStoppedForLongerThanItsLeases() {
    run(PostgresMode.PAUSE, cluster, few());
  }

  @Test
  void whatIsRolledBackIsNeverReceived() {
    run(PostgresMode.ROLLBACK, cluster, few());
  }

  @Test
  void nothingIsLostWhenTheOnlyProcessOfAnH2FileIsKilled() throws IOException {
    try (H2Cluster alone = H2Cluster.onFile("h2", SEED)) {
      run(H2Mode.H2, alone, fewOfH2());
    }
  }

  @Test
  void whatIsRolledBackInAnH2FileIsNeverReceived() throws IOException {
    try (H2Cluster alone = H2Cluster.onFile("h2-rollback", SEED)) {
      run(H2Mode.H2_ROLLBACK, alone, fewOfH2());
    }
  }

  /** Each of them starts two or three processes, one after the other. */
  private static int fewOfH2() {
    return ROUNDS == 0 ? 1 : few();
  }

  private static int few() {
    return ROUNDS == 0 ? 2 : Math.max(1, ROUNDS / 4);
  }

  private static <C extends Cluster> void run(Mode<C> mode, C cluster, int rounds) {
    Random random = new Random(SEED);
    Figures sum = new Figures(mode);
    figures.add(sum);
    for (int i = 1; i <= rounds; i++) {
      int events = ROUNDS == 0 ? FEW_EVENTS : EVENTS;
      sum.add(new Round<>(mode, cluster, random, mode + "-" + i).run(events));
    }
  }
}
