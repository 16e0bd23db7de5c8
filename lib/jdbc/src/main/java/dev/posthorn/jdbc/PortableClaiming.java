package dev.posthorn.jdbc;

import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Claims by lanes: those that have been ready for longest, then the oldest due of each. Where there
 * is nothing to claim, nothing is written.
 *
 * <p>Lanes are locked first and looked into afterwards, so that what those who held the lanes
 * before have written is seen. Deliveries are not locked but leased only if they are as they were
 * read.
 */
final class PortableClaiming {
  private static final String LOOK =
      "select {now} as now, exists (select 1 from {announced}) as announced";
  private static final String ANNOUNCED =
      "select no, lane from {announced} order by no limit 5000 for update";
  private static final String HEARD = "delete from {announced} where no = ?";

  private final Database database;
  private final Dialect dialect;
  private final StoreClock clock;
  private final LaneLocks locks;
  private final ReadyLanes ready;
  private final PortableLeasing leasing;
  private final String look;
  private final String announced;
  private final String heard;

  PortableClaiming(Database database, Tables tables, Dialect dialect) {
    this.database = database;
    this.dialect = dialect;
    this.clock = new StoreClock(tables);
    this.locks = new LaneLocks(tables);
    this.ready = new ReadyLanes(tables);
    this.leasing = new PortableLeasing(tables);
    this.look = tables.in(LOOK);
    this.announced = tables.in(ANNOUNCED);
    this.heard = tables.in(HEARD);
  }

  Claims claim(ClaimRequest request) {
    Room room = Room.of(request);
    Duration wait = untilReady(room);
    if (!wait.isZero()) {
      return new Claims(List.of(), wait);
    }
    List<Claim> claims = database.transaction(session -> claim(session, request, room));
    return new Claims(claims, untilReady(room.after(claims)));
  }

  /** Announcements first, since they make lanes ready. */
  private Duration untilReady(Room room) {
    record Look(long now, boolean announced) {}
    return database.statement(
        session -> {
          Look seen =
              session.first(look, row -> new Look(row.getLong(1), row.getBoolean(2))).orElseThrow();
          if (seen.announced()) {
            return Duration.ZERO;
          }
          OptionalLong next = ready.next(session, room);
          if (next.isEmpty() || next.getAsLong() - seen.now() > Micros.of(Claims.NEVER)) {
            return Claims.NEVER;
          }
          return Micros.duration(Math.max(0, next.getAsLong() - seen.now()));
        });
  }

  private List<Claim> claim(Session session, ClaimRequest request, Room room) throws SQLException {
    long now = clock.now(session);
    TreeMap<Long, LockedLane> written = new TreeMap<>();
    List<LockedLane> locked = new ArrayList<>();
    for (LockedLane lane : locks.lock(session, hear(session), LaneLocks.WAITING)) {
      locked.add(lane.announced(now));
      written.put(lane.no(), lane.announced(now));
    }
    TreeSet<Long> others = new TreeSet<>(ready.until(session, room, now, request.max()));
    others.removeAll(written.keySet());
    for (LockedLane lane : locks.lock(session, others, dialect.lockReadyLanes())) {
      locked.add(lane);
      if (lane.readyAt() < lane.gateUntil()) {
        written.put(lane.no(), lane.gated());
      }
    }
    locked.removeIf(lane -> !lane.isReady(now) || room.of(lane.webhook()) <= 0);
    locked.sort(Comparator.comparingLong(LockedLane::readyAt).thenComparingLong(LockedLane::no));
    PortableLeasing.Leased leased = leasing.lease(session, request, locked, now);
    leased.lanes().forEach(lane -> written.put(lane.no(), lane));
    locks.write(session, written.values());
    return leased.claims();
  }

  /** The lanes that were announced; nobody else hears of them. */
  private Set<Long> hear(Session session) throws SQLException {
    TreeSet<Long> lanes = new TreeSet<>();
    List<@Nullable Object[]> rows = new ArrayList<>();
    session.query(
        announced,
        row -> {
          rows.add(new @Nullable Object[] {row.getLong(1)});
          return lanes.add(row.getLong(2));
        });
    session.updateAll(heard, rows);
    return lanes;
  }
}
