package dev.posthorn.jdbc;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Leases the oldest due of lanes that are locked, and says when those lanes are ready again. */
final class PortableLeasing {
  /** In the order of an index, of which some databases want to be told all columns. */
  private static final String DUE =
      "select p.no, p.due, p.leased, p.fence, p.lapses, p.began, d.id, d.event, d.round, d.attempts,"
          + " d.max_age, d.last_detail from {pending} p join {delivery} d on d.no = p.no"
          + " where p.lane = ? order by p.lane, p.due, p.no limit ?";

  private static final String LEASE =
      "update {pending} set leased = true, fence = fence + 1, due_before = due, due = ?,"
          + " lapses = ? where no = ? and fence = ? and due = ?";
  private static final String EVENTS =
      "select no, tenant, source, id, type, content, accepted_at from {event} where no in {?}";

  private final String due;
  private final String lease;
  private final String events;

  PortableLeasing(Tables tables) {
    due = tables.in(DUE);
    lease = tables.in(LEASE);
    events = tables.in(EVENTS);
  }

  /**
   * What was leased.
   *
   * @param lanes those that were looked into, as they are to be written
   */
  record Leased(List<Claim> claims, List<LockedLane> lanes) {}

  private record Event(EventKey key, String type, CanonicalEvent content, Instant acceptedAt) {
    static Event read(ResultSet row) throws SQLException {
      return new Event(
          new EventKey(
              new Tenant(row.getString("tenant")), row.getString("source"), row.getString("id")),
          row.getString("type"),
          CanonicalEvent.ofJson(row.getBytes("content")),
          Micros.instant(row.getLong("accepted_at")));
    }
  }

  /** A delivery of a locked lane, before it is leased. */
  private record Due(
      LockedLane lane,
      long no,
      DeliveryId id,
      long event,
      long due,
      long fence,
      int round,
      int attempts,
      int lapses,
      long began,
      long maxAge,
      @Nullable String failed) {

    static Due read(LockedLane lane, ResultSet row) throws SQLException {
      int attempts = row.getInt("attempts");
      return new Due(
          lane,
          row.getLong("no"),
          DeliveryId.of(row.getString("id")),
          row.getLong("event"),
          row.getLong("due"),
          row.getLong("fence"),
          row.getInt("round"),
          attempts,
          row.getInt("lapses") + (row.getBoolean("leased") ? 1 : 0),
          row.getLong("began"),
          row.getLong("max_age"),
          attempts == 0 ? null : row.getString("last_detail"));
    }

    Claim claim(Event of, long now) {
      return new Claim(
          id,
          fence + 1,
          lane.webhook(),
          lane.version(),
          of.key(),
          of.type(),
          of.content(),
          round,
          attempts,
          lapses,
          Micros.duration(now - began),
          Micros.duration(maxAge),
          failed == null ? null : reason(failed),
          of.acceptedAt(),
          lane.ramp());
    }
  }

  private static FailureReason reason(String detail) {
    return FailureDetail.valueOf(detail).reason();
  }

  Leased lease(Session session, ClaimRequest request, List<LockedLane> lanes, long now)
      throws SQLException {
    Room room = Room.of(request);
    long until = now + Micros.of(request.lease());
    List<Due> taken = new ArrayList<>();
    List<LockedLane> after = new ArrayList<>();
    for (LockedLane lane : lanes) {
      int left = request.max() - taken.size();
      if (left == 0) {
        break;
      }
      int most = lane.most(Math.min(left, room.of(lane.webhook())), now);
      List<Due> first = first(session, lane, most + 1L);
      List<Due> mine = first.stream().limit(most).takeWhile(one -> one.due() <= now).toList();
      long next = mine.size() < first.size() ? first.get(mine.size()).due() : Micros.NEVER;
      taken.addAll(mine);
      after.add(lane.claimed(mine.size(), next, until, now));
    }
    return new Leased(claims(session, written(session, taken, until), now), after);
  }

  private List<Due> first(Session session, LockedLane lane, long most) throws SQLException {
    return session.query(due, row -> Due.read(lane, row), lane.no(), most);
  }

  /** Those that nobody else has written meanwhile. */
  private List<Due> written(Session session, List<Due> taken, long until) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Due one : taken) {
      rows.add(new @Nullable Object[] {until, one.lapses(), one.no(), one.fence(), one.due()});
    }
    int[] counts = session.updateAll(lease, rows);
    List<Due> leased = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 1) {
        leased.add(taken.get(i));
      }
    }
    return leased;
  }

  /**
   * What has no event, which only a stranger's hand can bring about, stays leased until it expires.
   */
  private List<Claim> claims(Session session, List<Due> leased, long now) throws SQLException {
    TreeSet<Long> numbers = new TreeSet<>();
    leased.forEach(one -> numbers.add(one.event()));
    Map<Long, Event> found = new HashMap<>();
    Chunks.query(session, events, row -> found.put(row.getLong("no"), Event.read(row)), numbers);
    List<Claim> claims = new ArrayList<>(leased.size());
    for (Due one : leased) {
      Event event = found.get(one.event());
      if (event != null) {
        claims.add(one.claim(event, now));
      }
    }
    return claims;
  }
}
