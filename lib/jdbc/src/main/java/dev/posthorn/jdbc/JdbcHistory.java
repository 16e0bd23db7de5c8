package dev.posthorn.jdbc;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.LaneReport;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.jdbc.DeliveryRows.Row;
import dev.posthorn.jdbc.DeliveryRows.Where;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.StoreReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reading, and work in bulk. */
final class JdbcHistory implements DeliveryHistory {
  private static final char LIST = 'd';
  private static final char FAILED = 'f';
  private static final String ATTEMPTS =
      "select a.* from {attempt} a join {delivery} d on d.no = a.delivery"
          + " join {lane} l on l.no = d.lane where d.id = ? order by a.no desc";
  private static final String GIVEN_UP =
      " join {failed} f on f.no = d.no where f.tenant = ?"
          + " and f.ended_at <= ? and (f.ended_at < ? or f.no < ?)"
          + " order by f.tenant desc, f.ended_at desc, f.no desc limit ?";

  private final Database database;
  private final Tables tables;
  private final Bulk bulk;
  private final Clearing clearing;
  private final TestKeeping tests;
  private final LaneRows lanes;
  private final String attempts;
  private final String failed;

  JdbcHistory(Database database, Tables tables, Bulk bulk, Clearing clearing) {
    this.database = database;
    this.tables = tables;
    this.bulk = bulk;
    this.clearing = clearing;
    this.tests = new TestKeeping(tables);
    this.lanes = new LaneRows(tables);
    this.attempts = tables.in(ATTEMPTS);
    this.failed = tables.in(DeliveryRows.SELECT + GIVEN_UP);
  }

  @Override
  public Page<Delivery> list(DeliveryQuery query, Page.Request page) {
    long below = page.cursor().isEmpty() ? Long.MAX_VALUE : Cursors.read(LIST, page.cursor(), 1)[0];
    Where where = DeliveryRows.where(query);
    String sql =
        tables.in(
            DeliveryRows.SELECT
                + where.sql()
                + " and d.no < ?"
                + DeliveryRows.order(query, " desc")
                + " limit ?");
    List<Row> rows =
        database.statement(
            session -> session.query(sql, DeliveryRows::read, where.and(below, page.size() + 1)));
    return Cursors.page(rows, page.size(), row -> Cursors.write(LIST, row.no()), Row::delivery);
  }

  @Override
  public Page<Delivery> failed(Tenant tenant, Page.Request page) {
    long[] below =
        page.cursor().isEmpty()
            ? new long[] {Micros.NEVER, 0}
            : Cursors.read(FAILED, page.cursor(), 2);
    List<Row> rows =
        database.statement(
            session ->
                session.query(
                    failed,
                    DeliveryRows::read,
                    tenant.value(),
                    below[0],
                    below[0],
                    below[1],
                    page.size() + 1));
    return Cursors.page(rows, page.size(), JdbcHistory::failedCursor, Row::delivery);
  }

  private static String failedCursor(Row row) {
    Instant endedAt = row.delivery().endedAt();
    return Cursors.write(FAILED, endedAt == null ? 0 : Micros.of(endedAt), row.no());
  }

  @Override
  public List<Attempt> attempts(DeliveryId delivery) {
    return database.statement(
        session -> session.query(attempts, JdbcHistory::attempt, delivery.value()));
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    return new Attempt(
        row.getInt("round"),
        row.getInt("attempt"),
        Micros.instant(row.getLong("started_at")),
        Micros.duration(row.getLong("took")),
        Told.known(row, "status", "detail", "retry_after"),
        row.getString("snippet"),
        row.getBoolean("resent"));
  }

  @Override
  public int requeue(DeliveryQuery query, int limit) {
    return bulk.requeue(query, limit);
  }

  @Override
  public Replayed requeueFailed(
      Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    return bulk.requeueFailed(tenant, webhook, since, until, limit);
  }

  @Override
  public int discard(DeliveryQuery query, int limit) {
    return bulk.discard(query, limit);
  }

  @Override
  public int remove(DeliveryQuery query, int limit) {
    return bulk.remove(query, limit);
  }

  @Override
  public List<Delivery> expire(int limit) {
    clearing.goOn(); // this is what is called now and then, and holds nobody up
    return bulk.expire(limit);
  }

  @Override
  public void keepTest(NewEvent event, Attempt attempt) {
    database.transaction(session -> tests.keep(session, event, attempt));
  }

  @Override
  public Optional<LaneReport> lane(WebhookId webhook) {
    return database.statement(session -> lanes.of(session, webhook));
  }

  @Override
  public StoreReport report(int most) {
    return database.transaction(session -> lanes.report(session, most));
  }
}
