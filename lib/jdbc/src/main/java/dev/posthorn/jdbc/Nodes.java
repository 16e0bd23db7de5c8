package dev.posthorn.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Who claims, and what is done when one of them is heard of no more: lanes are looked through for
 * what it had been leased at birth, of which their rows do not tell. Thread-safe.
 */
final class Nodes {
  private static final Duration LONGEST_BEAT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_BEAT = Duration.ofMillis(500);

  /** Who has nothing to do claims no more often than this, and cannot be heard between. */
  private static final Duration POLL = Duration.ofMillis(1_700);

  private static final int BEATS_TO_LOOK_ANYWAY = 12;
  private static final String ALIVE = "update {node} set alive_until = {now} + ? where name = ?";
  private static final String FIRST =
      "insert into {node} (name, alive_until) select cast(? as varchar), {now} + cast(? as bigint)"
          + " from {change} where not exists (select 1 from {node} where name = ?)";
  private static final String LOST = "select name from {node} where alive_until < {now}";
  private static final String BURY = "delete from {node} where alive_until < {now}";

  private final Database database;
  private final LongSupplier ticks;
  private final Sweep sweep;
  private final String alive;
  private final String first;
  private final String lost;
  private final String bury;
  private final AtomicLong nextBeat;
  private final AtomicLong beats = new AtomicLong();

  Nodes(Database database, Tables tables, LongSupplier ticks, Sweep sweep) {
    this.database = database;
    this.ticks = ticks;
    this.sweep = sweep;
    this.alive = tables.in(ALIVE);
    this.first = tables.in(FIRST);
    this.lost = tables.in(LOST);
    this.bury = tables.in(BURY);
    this.nextBeat = new AtomicLong(ticks.getAsLong());
  }

  /**
   * Called with each claim; writes now and then, so often that a process which is dead is missed
   * before its leases end.
   */
  void alive(String node, Duration lease) {
    Duration beat = beat(lease);
    long due = nextBeat.get();
    long now = ticks.getAsLong();
    if (now - due >= 0 && nextBeat.compareAndSet(due, now + beat.toNanos())) {
      beat(node, Micros.of(beat.multipliedBy(2).plus(POLL)));
    }
  }

  private static Duration beat(Duration lease) {
    Duration beat = lease.dividedBy(4);
    if (beat.compareTo(LONGEST_BEAT) > 0) {
      return LONGEST_BEAT;
    }
    return beat.compareTo(SHORTEST_BEAT) < 0 ? SHORTEST_BEAT : beat;
  }

  private void beat(String node, long forMicros) {
    int known = database.statement(session -> session.update(alive, forMicros, node));
    if (known == 0) {
      database.transaction(session -> session.update(first, node, forMicros, node));
    }
    boolean anyLost =
        database.statement(session -> !session.query(lost, row -> row.getString(1)).isEmpty());
    if (anyLost || beats.getAndIncrement() % BEATS_TO_LOOK_ANYWAY == 0) {
      sweep.run();
    }
    if (anyLost) { // not before the sweep, or nobody would sweep if this process died as well
      database.statement(session -> session.update(bury));
    }
  }
}
