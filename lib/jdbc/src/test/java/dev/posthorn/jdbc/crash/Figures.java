package dev.posthorn.jdbc.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What the rounds of a mode have come to. */
final class Figures {
  private final Mode<?> mode;
  private final List<Long> recoveries = new ArrayList<>();
  private int acknowledged;
  private int duplicates;
  private int late;

  Figures(Mode<?> mode) {
    this.mode = mode;
  }

  void add(Round.Result result) {
    acknowledged += result.acknowledged();
    duplicates += result.duplicates();
    late += result.late();
    recoveries.add(result.recoveryMillis());
  }

  /** A round that loses or makes up something fails, so there is none of it in what was added. */
  @Override
  public String toString() {
    List<Long> sorted = new ArrayList<>(recoveries);
    Collections.sort(sorted);
    long p99 = sorted.isEmpty() ? 0 : sorted.get((sorted.size() * 99 + 99) / 100 - 1);
    return "crash: mode=%s rounds=%d acknowledged=%d lost=0 phantom=0 duplicates=%d%s recovery_ms_p99=%d"
        .formatted(
            mode.name().toLowerCase(Locale.ROOT),
            sorted.size(),
            acknowledged,
            duplicates,
            mode == PostgresMode.PAUSE ? " late_results=" + late : "",
            p99);
  }
}
