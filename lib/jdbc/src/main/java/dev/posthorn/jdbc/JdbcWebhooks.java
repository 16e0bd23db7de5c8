package dev.posthorn.jdbc;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.AuthenticationChange;
import dev.posthorn.store.Changes.Change;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The webhooks, each with its lane. */
final class JdbcWebhooks implements WebhookStore {
  private static final char LIST = 'w';
  private static final char CHANGES = 'c';
  private static final String FIND = "select * from {webhook} where id = ? and tenant = ?";
  private static final String PAGE =
      "select * from {webhook} where tenant = ? and no > ? order by no limit ?";

  /** One statement, so that all tables are seen as of the same commit. */
  private static final String CHANGED =
      "select w.*, c.at, c.changed_id, a.tenant as named_tenant, a.name as named_name,"
          + " a.contract as named_contract, a.keys as named_keys, a.created_at as named_created_at,"
          + " a.version as named_version, a.deleted_at as named_deleted_at from ("
          + " (select changed as at, id as changed_id, no, cast(null as bigint) as named"
          + "  from {webhook} where changed > ? order by changed limit ?)"
          + " union all (select changed, id, no, cast(null as bigint)"
          + "  from {deleted} where changed > ? order by changed limit ?)"
          + " union all (select changed, cast(null as varchar(128)), cast(null as bigint), no"
          + "  from {authentication} where changed > ? order by changed limit ?)) c"
          + " left join {webhook} w on w.no = c.no"
          + " left join {authentication} a on a.no = c.named order by c.at limit ?";

  private final Database database;
  private final WebhookWriting writing;
  private final Clearing clearing;
  private final String find;
  private final String page;
  private final String changed;

  JdbcWebhooks(Database database, Tables tables, WebhookWriting writing, Clearing clearing) {
    this.database = database;
    this.writing = writing;
    this.clearing = clearing;
    find = tables.in(FIND);
    page = tables.in(PAGE);
    changed = tables.in(CHANGED);
  }

  @Override
  public boolean insert(StoredWebhook webhook) {
    return database.transaction(session -> writing.insert(session, webhook));
  }

  @Override
  public boolean replace(StoredWebhook next) {
    return database.transaction(session -> writing.replace(session, next));
  }

  @Override
  public boolean delete(Tenant tenant, WebhookId id) {
    Optional<Long> gone = database.transaction(session -> writing.delete(session, tenant, id));
    gone.ifPresent(clearing::clear);
    return gone.isPresent();
  }

  @Override
  public Optional<StoredWebhook> find(Tenant tenant, WebhookId id) {
    return database.statement(
        session -> session.first(find, WebhookRows::read, id.value(), tenant.value()));
  }

  @Override
  public Page<StoredWebhook> list(Tenant tenant, Page.Request request) {
    long after = request.cursor().isEmpty() ? 0 : Cursors.read(LIST, request.cursor(), 1)[0];
    record Row(long no, StoredWebhook webhook) {}
    List<Row> rows =
        database.statement(
            session ->
                session.query(
                    page,
                    row -> new Row(row.getLong("no"), WebhookRows.read(row)),
                    tenant.value(),
                    after,
                    request.size() + 1));
    return Cursors.page(rows, request.size(), row -> Cursors.write(LIST, row.no()), Row::webhook);
  }

  /** One of both. */
  private record Numbered(
      long number, @Nullable Change change, @Nullable AuthenticationChange named) {
    static Numbered read(ResultSet row) throws SQLException {
      long number = row.getLong("at");
      String id = row.getString("changed_id");
      return id == null
          ? new Numbered(number, null, readNamed(row))
          : new Numbered(number, readWebhook(WebhookId.of(id), row), null);
    }

    private static Change readWebhook(WebhookId id, ResultSet row) throws SQLException {
      boolean deleted = Session.number(row, "version") == null;
      return new Change(id, deleted ? null : WebhookRows.read(row));
    }

    private static AuthenticationChange readNamed(ResultSet row) throws SQLException {
      boolean deleted = Session.number(row, "named_deleted_at") != null;
      return new AuthenticationChange(
          new Tenant(row.getString("named_tenant")),
          row.getString("named_name"),
          deleted ? null : JdbcAuthentications.read(row, "named_"));
    }
  }

  @Override
  public Changes changedSince(String cursor, int size) {
    long after = cursor.isEmpty() ? 0 : Cursors.read(CHANGES, cursor, 1)[0];
    int most = size + 1;
    List<Numbered> rows =
        database.statement(
            session ->
                session.query(
                    changed, Numbered::read, after, most, after, most, after, most, most));
    List<Numbered> some = rows.subList(0, Math.min(size, rows.size()));
    long reached = some.isEmpty() ? after : some.get(some.size() - 1).number();
    return new Changes(
        some.stream().flatMap(row -> Stream.ofNullable(row.change())).toList(),
        some.stream().flatMap(row -> Stream.ofNullable(row.named())).toList(),
        Cursors.write(CHANGES, reached),
        rows.size() > size);
  }
}
