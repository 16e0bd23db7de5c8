package dev.posthorn.testing.postgres;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.testing.postgres.Database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One claim, by lanes: ready lanes, then the oldest due of each, then the lanes' turn and pace. */
final class PostgresClaim {
  private static final String INTERVAL = "(w.pace_per::float8 / w.pace_permits)";
  private static final String BURST =
      "greatest(1, least(w.pace_permits, floor(100000 / " + INTERVAL + ")))";
  private static final String PACED_FROM = "pace_empty_at + " + INTERVAL + " * interval '1 us'";

  private final Transaction tx;
  private final ClaimRequest request;
  private final Map<String, CanonicalEvent> contents = new HashMap<>();

  PostgresClaim(Transaction tx, ClaimRequest request) {
    this.tx = tx;
    this.request = request;
  }

  private record Lane(long number, String id, int room, int most) {}

  private record Granted(long lane, Claim claim) {}

  Claims claim() throws SQLException {
    tx.update(
        "insert into node values (?, now_here())"
            + " on conflict (name) do update set seen = excluded.seen",
        request.node());
    List<Lane> lanes = readyLanes();
    List<Granted> granted = lanes.isEmpty() ? List.of() : lease(lanes);
    List<Long> full = new ArrayList<>();
    for (Lane lane : lanes) {
      int count = (int) granted.stream().filter(one -> one.lane() == lane.number()).count();
      if (count > 0) {
        served(lane, count);
      }
      if (count == lane.room()) {
        full.add(lane.number());
      }
    }
    return new Claims(granted.stream().map(Granted::claim).toList(), more(full));
  }

  private List<Lane> readyLanes() throws SQLException {
    return tx.query(
        "with t as materialized (select now_here() as now),"
            + " r as materialized (select * from unnest(?, ?) r(id, room))"
            + " select w.number, w.id, coalesce((select room from r where r.id = w.id), ?) as room,"
            + " case when w.pace_permits is null then 2000000000 else"
            + "   least("
            + BURST
            + ", case when w.pace_empty_at = '-infinity' then 2000000000 else"
            + "   floor(extract(epoch from t.now - w.pace_empty_at) * 1000000 / "
            + INTERVAL
            + ")"
            + "   end) end::int as most"
            + " from webhook w, t where w.hold is null and w.gated_until <= t.now"
            + " and (w.pace_permits is null or w."
            + PACED_FROM
            + " <= t.now)"
            + " and coalesce((select room from r where r.id = w.id), ?) > 0"
            + " and exists (select from delivery d where d.lane = w.number"
            + "             and d.state = 'PENDING' and d.due <= t.now)"
            + " order by w.turn, w.number limit ? for no key update of w skip locked",
        row -> new Lane(row.getLong(1), row.getString(2), row.getInt(3), row.getInt(4)),
        rooms()[0],
        rooms()[1],
        request.perLane(),
        request.perLane(),
        request.max());
  }

  private Object[] rooms() {
    List<WebhookId> ids = List.copyOf(request.room().keySet());
    return new Object[] {
      ids.stream().map(WebhookId::value).toArray(String[]::new),
      ids.stream().map(id -> (long) request.room().getOrDefault(id, 0)).toArray(Long[]::new)
    };
  }

  private List<Granted> lease(List<Lane> lanes) throws SQLException {
    return tx.query(
        "with t as materialized (select now_here() as now),"
            + " k as materialized (select p.*, l.turn from"
            + "   unnest(?, ?) with ordinality l(lane, most, turn) cross join t"
            + "   cross join lateral (select d.id, d.due, d.number from delivery d"
            + "     where d.lane = l.lane and d.state = 'PENDING' and d.due <= t.now"
            + "     order by d.due, d.number limit l.most for update skip locked) p"
            + "   limit ?),"
            + " u as (update delivery d set leased = true, fence = fence + 1, due_before = d.due,"
            + "   due = t.now + ? * interval '1 microsecond',"
            + "   lapses = lapses + leased::int from k, t where d.id = k.id"
            + "   returning d.*, k.turn, k.due as was_due, t.now)"
            + " select u.*, w.id as webhook, w.version, w.pace_permits, w.pace_per, e.accepted_at, e.tenant, e.source, e.id as event_id,"
            + " e.type, e.content, encode(e.hash, 'hex') as hash,"
            + " (extract(epoch from u.now - u.began) * 1000000)::bigint as age,"
            + " case when u.attempts > 0 then (select detail from attempt a"
            + "   where a.delivery = u.id order by a.number desc limit 1) end as failed"
            + " from u join webhook w on w.number = u.lane join event e on e.hash = u.event"
            + " order by u.turn, u.was_due, u.number",
        this::granted,
        lanes.stream().map(Lane::number).toArray(Long[]::new),
        lanes.stream().map(lane -> (long) Math.min(lane.room(), lane.most())).toArray(Long[]::new),
        request.max(),
        PostgresStore.micros(request.lease()));
  }

  private Granted granted(ResultSet row) throws SQLException {
    byte[] content = row.getBytes("content");
    String failed = row.getString("failed");
    return new Granted(
        row.getLong("lane"),
        new Claim(
            DeliveryId.of(row.getString("id")),
            row.getLong("fence"),
            WebhookId.of(row.getString("webhook")),
            row.getLong("version"),
            new EventKey(
                new Tenant(row.getString("tenant")),
                row.getString("source"),
                row.getString("event_id")),
            row.getString("type"),
            contents.computeIfAbsent(row.getString("hash"), hash -> CanonicalEvent.ofJson(content)),
            row.getInt("round"),
            row.getInt("attempts"),
            row.getInt("lapses"),
            PostgresStore.duration(row.getLong("age")),
            PostgresStore.duration(row.getLong("max_age")),
            failed == null ? null : FailureDetail.valueOf(failed).reason(),
            row.getObject("accepted_at", OffsetDateTime.class).toInstant(),
            ramp(row)));
  }

  private static @Nullable Rate ramp(ResultSet row) throws SQLException {
    int permits = row.getInt("pace_permits");
    return permits == 0 ? null : Rate.of(permits, PostgresStore.duration(row.getLong("pace_per")));
  }

  private void served(Lane lane, int count) throws SQLException {
    tx.update(
        "update webhook w set turn = nextval('turn'), pace_empty_at = case when pace_permits is null"
            + " then pace_empty_at else greatest(pace_empty_at,"
            + "   now_here() - "
            + BURST
            + " * "
            + INTERVAL
            + " * interval '1 us')"
            + "   + ? * "
            + INTERVAL
            + " * interval '1 us' end where number = ?",
        count,
        lane.number());
  }

  private Duration more(List<Long> full) throws SQLException {
    String perLane = "coalesce((select room from unnest(?, ?) r(id, room) where r.id = w.id), ?)";
    Long wait =
        tx.query(
                "select ceil(extract(epoch from min(greatest(n.due, w.gated_until,"
                    + " case when w.pace_permits is null then '-infinity' else "
                    + "w."
                    + PACED_FROM
                    + " end)) - now_here()) * 1000000)::bigint"
                    + " from webhook w, lateral (select min(due) as due from delivery d"
                    + "   where d.lane = w.number and d.state = 'PENDING') n"
                    + " where w.hold is null and n.due is not null"
                    + " and not w.number = any(?) and "
                    + perLane
                    + " > 0",
                row -> row.getObject(1, Long.class),
                full.toArray(Long[]::new),
                rooms()[0],
                rooms()[1],
                request.perLane())
            .get(0);
    return wait == null ? Claims.NEVER : PostgresStore.duration(Math.max(0, wait));
  }
}
