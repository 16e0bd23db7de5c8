package dev.posthorn.testing.postgres;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Finished;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoreReport;
import dev.posthorn.testing.postgres.Database.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class PostgresHistory implements DeliveryHistory {
  private static final String STATE =
      "case when d.state = 'PENDING' and w.hold is not null then 'HELD' else d.state end";
  private static final String ROWS =
      " from delivery d join webhook w on w.number = d.lane join event e on e.hash = d.event";
  private static final String MATCHING =
      " where e.tenant = ? and (?::text is null or w.id = ?) and (?::text is null or d.id = ?)"
          + " and (?::bytea is null or e.hash = ?) and "
          + STATE
          + " = any(?)";
  private static final String SELECT =
      "select d.*, w.id as webhook, e.tenant, e.source, e.id as event_id, e.type, e.accepted_at, "
          + STATE
          + " as shown, greatest(d.due, w.gated_until) as next,"
          + " a.status, a.detail, a.retry_after"
          + ROWS
          + " left join lateral (select * from attempt where delivery = d.id"
          + " order by number desc limit 1) a on true";

  private final Database database;
  private final PostgresFailed failed;

  PostgresHistory(Database database) {
    this.database = database;
    this.failed = new PostgresFailed(database, SELECT, row -> read(row).delivery());
  }

  private record Row(long number, Delivery delivery) {}

  @Override
  public Page<Delivery> list(DeliveryQuery query, Page.Request page) {
    long below = page.cursor().isEmpty() ? Long.MAX_VALUE : Cursor.read(page.cursor());
    List<Row> rows =
        database.transaction(
            tx ->
                tx.query(
                    SELECT + MATCHING + " and d.number < ? order by d.number desc limit ?",
                    PostgresHistory::read,
                    values(query, below, page.size() + 1)));
    return Cursor.page(rows, page.size(), Row::number, Row::delivery);
  }

  private static @Nullable Object[] values(DeliveryQuery query, Object... more) {
    String webhook = query.webhook() == null ? null : query.webhook().value();
    String delivery = query.delivery() == null ? null : query.delivery().value();
    byte[] event = query.event() == null ? null : PostgresDeliveries.hash(query.event());
    String[] states = query.states().stream().map(DeliveryState::name).toArray(String[]::new);
    @Nullable Object[] values = new @Nullable Object[8 + more.length];
    values[0] = query.tenant().value();
    values[1] = webhook;
    values[2] = webhook;
    values[3] = delivery;
    values[4] = delivery;
    values[5] = event;
    values[6] = event;
    values[7] = states;
    System.arraycopy(more, 0, values, 8, more.length);
    return values;
  }

  private static Row read(ResultSet row) throws SQLException {
    DeliveryState state = DeliveryState.valueOf(row.getString("shown"));
    String ended = row.getString("ended");
    return new Row(
        row.getLong("number"),
        new Delivery(
            DeliveryId.of(row.getString("id")),
            WebhookId.of(row.getString("webhook")),
            new EventKey(
                new Tenant(row.getString("tenant")),
                row.getString("source"),
                row.getString("event_id")),
            row.getString("type"),
            state,
            row.getInt("round"),
            row.getInt("attempts"),
            Database.instantOf(row, "accepted_at"),
            state == DeliveryState.PENDING ? Database.instant(row, "next") : null,
            Attempts.outcome(row),
            ended == null ? null : EndReason.valueOf(ended),
            Database.instant(row, "ended_at")));
  }

  @Override
  public Page<Delivery> failed(Tenant tenant, Page.Request page) {
    return failed.lastFirst(tenant, page);
  }

  @Override
  public List<Attempt> attempts(DeliveryId delivery) {
    return database.transaction(
        tx ->
            tx.query(
                "select * from attempt where delivery = ? order by number desc",
                Attempts::read,
                delivery.value()));
  }

  @Override
  public int requeue(DeliveryQuery query, int limit) {
    return change(
        query,
        limit,
        "d.state <> 'PENDING' or (not d.leased and d.due > now_here())",
        "update delivery d set state = 'PENDING', ended = null, ended_at = null, due = now_here(),"
            + " round = round + e, attempts = attempts * (1 - e), lapses = lapses * (1 - e),"
            + " began = case e when 1 then now_here() else began end"
            + " from (select id, (state <> 'PENDING')::int as e from k join delivery using (id)) k");
  }

  @Override
  public Replayed requeueFailed(
      Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    return failed.requeue(tenant, webhook, since, until, limit);
  }

  @Override
  public int discard(DeliveryQuery query, int limit) {
    return change(
        query,
        limit,
        "d.state = 'PENDING' and (not d.leased or d.due <= now_here())",
        "update delivery d set state = 'DISCARDED', ended = 'DISCARDED_BY_OWNER', leased = false,"
            + " ended_at = now_here() from k");
  }

  @Override
  public int remove(DeliveryQuery query, int limit) {
    int removed = change(query, limit, "d.state <> 'PENDING'", "delete from delivery d using k");
    database.transaction(
        tx ->
            tx.update(
                "delete from event e"
                    + " where not exists (select from delivery d where d.event = e.hash)"));
    return removed;
  }

  private int change(DeliveryQuery query, int limit, String condition, String change) {
    return database.transaction(
        tx ->
            tx.update(
                "with k as materialized (select d.id"
                    + ROWS
                    + MATCHING
                    + " and ("
                    + condition
                    + ")"
                    + " order by d.number limit ? for update of d) "
                    + change
                    + " where d.id = k.id",
                values(query, limit)));
  }

  @Override
  public List<Delivery> expire(int limit) {
    return database.transaction(
        tx -> {
          List<String> expired =
              tx.query(
                  "with k as materialized (select d.id from delivery d where state = 'PENDING'"
                      + " and expires < now_here() and (not leased or due <= now_here())"
                      + " order by expires limit ? for update skip locked)"
                      + " update delivery d set state = 'EXHAUSTED', ended = 'EXPIRED',"
                      + " leased = false, ended_at = now_here() from k where d.id = k.id returning d.id",
                  row -> row.getString(1),
                  limit);
          return tx
              .query(
                  SELECT + " where d.id = any(?)",
                  PostgresHistory::read,
                  (Object) expired.toArray(String[]::new))
              .stream()
              .map(Row::delivery)
              .toList();
        });
  }

  @Override
  public void keepTest(NewEvent event, Attempt attempt) {
    NewDelivery delivery = event.deliveries().get(0);
    boolean accepted = attempt.outcome().accepted();
    database.transaction(tx -> keepTest(tx, event, delivery, attempt, accepted));
  }

  private static int keepTest(
      Transaction tx, NewEvent event, NewDelivery delivery, Attempt attempt, boolean accepted)
      throws SQLException {
    byte[] hash = PostgresDeliveries.hash(event.key());
    if (!PostgresDeliveries.insert(tx, hash, event)) {
      return 0;
    }
    int kept =
        tx.update(
            "insert into delivery (id, lane, tenant, event, state, ended, attempts, due,"
                + " due_before, began, ended_at, max_age)"
                + " select ?, number, tenant, ?, ?, ?, 1, t.now, t.now, t.now, t.now, ?"
                + " from webhook, (select now_here() as now offset 0) t where id = ? and tenant = ?",
            delivery.id().value(),
            hash,
            accepted ? "DELIVERED" : "EXHAUSTED",
            accepted ? null : "TEST",
            PostgresStore.micros(delivery.maxAge()),
            delivery.webhook().value(),
            event.key().tenant().value());
    if (kept == 1) {
      Attempts.insert(tx, List.of(new Finished(delivery.id(), 0, attempt, new Next.Delivered())));
      return 1;
    }
    return tx.update("delete from event where hash = ?", hash);
  }

  @Override
  public Optional<LaneReport> lane(WebhookId webhook) {
    return database.transaction(tx -> lanes(tx, "w.id = ?", webhook.value()).stream().findFirst());
  }

  @Override
  public StoreReport report(int lanes) {
    return database.transaction(
        tx -> {
          Long oldest =
              tx.query(
                      "select (extract(epoch from now_here() - min(n.due)) * 1000000)::bigint"
                          + " from webhook w, lateral (select min(due) as due from delivery d"
                          + "   where d.lane = w.number and d.state = 'PENDING') n"
                          + " where w.hold is null and w.gated_until <= now_here()",
                      row -> row.getObject(1, Long.class))
                  .get(0);
          List<String> nodes =
              tx.query(
                  "select name from node where seen > now_here() - interval '1 hour' order by 1",
                  row -> row.getString(1));
          List<LaneReport> troubled =
              lanes(
                  tx,
                  "w.hold is not null or w.gated_until > now_here()"
                      + " order by case when w.hold is null then gated_since else held_since end"
                      + " limit ?",
                  lanes);
          Duration overdue =
              oldest == null || oldest < 0 ? Duration.ZERO : PostgresStore.duration(oldest);
          return new StoreReport(overdue, nodes, OptionalLong.empty(), troubled);
        });
  }

  private static List<LaneReport> lanes(Transaction tx, String where, Object value)
      throws SQLException {
    return tx.query(
        "select w.*, w.gated_until > now_here() as gated, greatest((select min(due) from delivery d"
            + " where d.lane = w.number and d.state = 'PENDING'), nullif(w.gated_until,"
            + " '-infinity')) as next, exists (select from delivery d where d.lane = w.number"
            + " and d.state = 'PENDING') as pending from webhook w where "
            + where,
        PostgresHistory::readLane,
        value);
  }

  private static LaneReport readLane(ResultSet row) throws SQLException {
    boolean held = row.getString("hold") != null;
    boolean gated = row.getBoolean("gated");
    boolean paced = row.getInt("pace_permits") > 0;
    LaneState state =
        held
            ? LaneState.HELD
            : gated
                ? LaneState.valueOf(row.getString("gate_state"))
                : paced ? LaneState.RAMPING : LaneState.OPEN;
    String why =
        held ? row.getString("hold") : gated ? row.getString("gate_why") : "Nothing is in its way.";
    return new LaneReport(
        new Tenant(row.getString("tenant")),
        WebhookId.of(row.getString("id")),
        state,
        Database.instantOf(row, held ? "held_since" : gated ? "gated_since" : "open_since"),
        why,
        held || !row.getBoolean("pending") ? null : Database.instant(row, "next"));
  }
}
