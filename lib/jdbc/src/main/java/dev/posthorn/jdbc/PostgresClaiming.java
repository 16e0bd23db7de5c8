package dev.posthorn.jdbc;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.jdbc.PostgresLeasing.Lane;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Claims by lanes: those that have been ready for longest, then the oldest due of each. Where there
 * is nothing to claim, it costs one statement.
 *
 * <p>Lanes are locked in one statement and looked into in the next, which therefore sees what those
 * who held the lanes before have written.
 */
final class PostgresClaiming {
  /** Announcements first, since they make lanes ready; then until a lane with room is ready. */
  private static final String LOOK =
      """
      select exists (select from {announced}),
        (select l.ready_at from {lane} l where %s order by l.ready_at limit 1) - {now}
      """;

  private static final String BUT_FULL =
      "l.no not in (select w.no from {webhook} w where w.id = any(?))";
  private static final String ONLY_NAMED =
      "l.no in (select w.no from {webhook} w where w.id = any(?))";
  private static final String HEAR =
      """
      with t as materialized (select {now} as now),
      h as (
        delete from {announced} where ctid = any(array(
          select ctid from {announced} limit 5000 for update skip locked))
        returning lane),
      k as materialized (
        select no from {lane} where no in (select lane from h) order by no for no key update)
      update {lane} l set ready_at = least(l.ready_at, greatest(t.now, l.gate_until, {next}))
      from k, t where l.no = k.no and l.hold is null
      """;
  private static final String LOCK =
      """
      with t as materialized (select {now} as now),
      x as materialized (
        select w.no, u.room from unnest(?, ?) u(id, room) join {webhook} w on w.id = u.id)
      select l.no, w.id, c.room::int, least(c.room, {available})::int as most
      from {lane} l join {webhook} w on w.no = l.no cross join t
      cross join lateral (select coalesce((select x.room from x where x.no = l.no), ?) as room) c
      where l.ready_at <= t.now and l.hold is null and l.gate_until <= t.now and c.room > 0
        and l.no <> all(?)
      order by l.ready_at, l.no limit ?
      for no key update of l skip locked
      """;

  private final String butFull;
  private final String onlyNamed;
  private final String hear;
  private final String lock;
  private final PostgresLeasing leasing;

  PostgresClaiming(Tables tables) {
    butFull = tables.in(LOOK.formatted(BUT_FULL));
    onlyNamed = tables.in(LOOK.formatted(ONLY_NAMED));
    hear = tables.in(Pace.in(HEAR));
    lock = tables.in(Pace.in(LOCK));
    leasing = new PostgresLeasing(tables);
  }

  private record Look(boolean announced, @Nullable Long left) {}

  Claims claim(Database database, ClaimRequest request) {
    Map<String, Integer> room = new HashMap<>();
    request.room().forEach((id, places) -> room.put(id.value(), places));
    Look before = database.statement(session -> look(session, request, room));
    if (before.announced()) {
      database.statement(session -> session.update(hear));
    } else if (before.left() == null || before.left() > 0) {
      return new Claims(List.of(), untilReady(before));
    }
    List<Claim> claims = database.transaction(session -> claim(session, request));
    for (Claim claim : claims) {
      room.merge(claim.webhook().value(), request.perLane() - 1, (left, unused) -> left - 1);
    }
    Look after = database.statement(session -> look(session, request, room));
    return new Claims(claims, untilReady(after));
  }

  private static Duration untilReady(Look look) {
    if (look.announced()) {
      return Duration.ZERO;
    }
    if (look.left() == null || look.left() > Micros.of(Claims.NEVER)) {
      return Claims.NEVER;
    }
    return Micros.duration(Math.max(0, look.left()));
  }

  private Look look(Session session, ClaimRequest request, Map<String, Integer> room)
      throws SQLException {
    boolean others = request.perLane() > 0;
    List<String> ids = new ArrayList<>();
    room.forEach(
        (id, places) -> {
          if (others == (places <= 0)) {
            ids.add(id);
          }
        });
    return session
        .first(
            others ? butFull : onlyNamed,
            row -> new Look(row.getBoolean(1), Session.number(row, 2)),
            Session.texts(ids))
        .orElseThrow();
  }

  /**
   * First from as few lanes as may be enough, since others can claim only of what is not locked;
   * then, where those had little, from as many as may be needed.
   */
  private List<Claim> claim(Session session, ClaimRequest request) throws SQLException {
    int few = request.max() / Math.max(1, request.perLane()) + 1;
    List<Lane> first = lock(session, request, List.of(), Math.min(few, request.max()));
    List<Claim> claims = new ArrayList<>(leasing.lease(session, request, request.max(), first));
    int left = request.max() - claims.size();
    if (left > 0 && first.size() == few) {
      List<Lane> more = lock(session, request, first, left);
      claims.addAll(leasing.lease(session, request, left, more));
    }
    return claims;
  }

  private List<Lane> lock(Session session, ClaimRequest request, List<Lane> but, int most)
      throws SQLException {
    List<WebhookId> named = List.copyOf(request.room().keySet());
    return session.query(
        lock,
        row -> new Lane(row.getLong(1), row.getInt(4)),
        Session.texts(named.stream().map(WebhookId::value).toList()),
        Session.numbers(
            named.stream().map(id -> (long) request.room().getOrDefault(id, 0)).toList()),
        (long) request.perLane(),
        Session.numbers(but.stream().map(Lane::no).toList()),
        most);
  }
}
