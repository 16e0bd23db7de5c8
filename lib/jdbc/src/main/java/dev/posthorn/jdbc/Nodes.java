package dev.posthorn.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Who claims, and what is done when one of them is heard of no more: lanes are looked through for
 * what it had been leased at birth, of which their rows do not tell. Thread-safe.
 */
final class Nodes {
  private static final long BEAT = Duration.ofSeconds(5).toNanos();
  private static final long DEAD = Micros.of(Duration.ofSeconds(20));
  private static final int BEATS_TO_LOOK_ANYWAY = 12;
  private static final String SEEN = "update {node} set seen = {now} where name = ?";
  private static final String FIRST_SEEN =
      "insert into {node} (name, seen) select cast(? as varchar), {now}"
          + " from {change} where not exists (select 1 from {node} where name = ?)";
  private static final String BURY = "delete from {node} where seen < {now} - ?";

  private final Database database;
  private final LongSupplier ticks;
  private final Sweep sweep;
  private final String seen;
  private final String firstSeen;
  private final String bury;
  private final AtomicLong nextBeat;
  private final AtomicLong beats = new AtomicLong();

  Nodes(Database database, Tables tables, LongSupplier ticks, Sweep sweep) {
    this.database = database;
    this.ticks = ticks;
    this.sweep = sweep;
    this.seen = tables.in(SEEN);
    this.firstSeen = tables.in(FIRST_SEEN);
    this.bury = tables.in(BURY);
    this.nextBeat = new AtomicLong(ticks.getAsLong());
  }

  /** Called with each claim; writes every few seconds. */
  void alive(String node) {
    long due = nextBeat.get();
    long now = ticks.getAsLong();
    if (now - due >= 0 && nextBeat.compareAndSet(due, now + BEAT)) {
      beat(node);
    }
  }

  private void beat(String node) {
    int dead = database.statement(session -> session.update(bury, DEAD));
    int known = database.statement(session -> session.update(seen, node));
    if (known == 0) {
      database.transaction(session -> session.update(firstSeen, node, node));
    }
    if (dead > 0 || beats.getAndIncrement() % BEATS_TO_LOOK_ANYWAY == 0) {
      sweep.run();
    }
  }
}
