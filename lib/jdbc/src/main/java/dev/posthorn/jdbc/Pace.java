package dev.posthorn.jdbc;

/**
 * The bucket of claims of a lane {@code l} that refills evenly, as SQL: it holds a tenth of a
 * second's worth, at least one claim, and begins full. Each expression is null where the lane has
 * no pace.
 */
final class Pace {
  private static final String INTERVAL = "(l.pace_per::float8 / l.pace_permits)";
  private static final String BURST =
      "greatest(1, least(l.pace_permits, floor(100000 / " + INTERVAL + ")))";
  private static final String FILLED =
      "greatest(l.pace_empty_at, t.now - " + BURST + " * " + INTERVAL + ")";

  private Pace() {}

  /**
   * Fills in {@code {available}}, how many claims may be granted; {@code {next}}, when there is at
   * least one again; and {@code {empty(n)}}, when the bucket was empty once {@code n} are taken.
   */
  static String in(String template) {
    return template
        .replace("{available}", "floor((t.now - " + FILLED + ") / " + INTERVAL + ")")
        .replace("{next}", "ceil(l.pace_empty_at + " + INTERVAL + ")::bigint")
        .replace("{empty}", "ceil(" + FILLED + " + m.taken * " + INTERVAL + ")::bigint")
        .replace("{nextempty}", "ceil(" + FILLED + " + (m.taken + 1) * " + INTERVAL + ")::bigint");
  }
}
