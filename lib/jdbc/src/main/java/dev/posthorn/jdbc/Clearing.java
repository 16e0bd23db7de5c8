package dev.posthorn.jdbc;

import java.time.Duration;
import java.util.List;

/**
 * Removes what deleted webhooks left, in small steps: whoever deletes one begins, and what is not
 * finished when a process ends is taken up by another.
 */
final class Clearing {
  private static final int STEP = 1_000;
  private static final String LEFT =
      "select no from {deleted} where not cleared order by no limit 10";
  private static final int STEPS = 20;
  private static final Duration TOLD_FOR = Duration.ofDays(1);
  private static final String TOLD =
      "select no from {deleted} where cleared and deleted_at < {now} - ? order by no limit 10";
  private static final String FORGET = "delete from {deleted} where no = ?";
  private static final String CLEARED = "update {deleted} set cleared = true where no = ?";

  private static final String FORGET_NAMED =
      "delete from {authentication} where deleted_at < {now} - ?";

  private final Database database;
  private final Bulk bulk;
  private final String left;
  private final String cleared;
  private final String told;
  private final String forget;
  private final String forgetNamed;

  Clearing(Database database, Tables tables, Bulk bulk) {
    this.database = database;
    this.bulk = bulk;
    this.left = tables.in(LEFT);
    this.cleared = tables.in(CLEARED);
    this.told = tables.in(TOLD);
    this.forget = tables.in(FORGET);
    this.forgetNamed = tables.in(FORGET_NAMED);
  }

  /** All of one webhook; nobody sees it any more, so it may take its time. */
  void clear(long webhook) {
    while (bulk.clear(webhook, STEP) > 0) {
      // the next step
    }
    database.statement(session -> session.update(cleared, webhook));
  }

  /**
   * Some of what was left undone. Webhooks of which all processes have heard by now are forgotten,
   * once nothing is left that a transaction has added to them while they were deleted. A process
   * that has not heard goes on matching what is gone, to which nothing can be added. So are named
   * authentications, which nobody uses any more.
   */
  void goOn() {
    Long old = Micros.of(TOLD_FOR);
    database.statement(session -> session.update(forgetNamed, old));
    int steps = STEPS;
    for (long webhook : numbers(left)) {
      int removed = STEP;
      while (removed > 0 && steps > 0) {
        removed = bulk.clear(webhook, STEP);
        steps--;
      }
      if (removed == 0) {
        database.statement(session -> session.update(cleared, webhook));
      }
    }
    for (long webhook : numbers(told, Micros.of(TOLD_FOR))) {
      if (steps > 0 && bulk.clear(webhook, STEP) == 0) {
        database.statement(session -> session.update(forget, webhook));
      }
    }
  }

  private List<Long> numbers(String sql, Object... values) {
    return database.statement(session -> session.query(sql, row -> row.getLong(1), values));
  }
}
