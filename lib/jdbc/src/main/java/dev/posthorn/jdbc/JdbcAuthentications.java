package dev.posthorn.jdbc;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.NamedAuthentication;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The named authentications. Nobody writes webhooks while one is written. */
final class JdbcAuthentications implements AuthenticationStore {
  private static final char LIST = 'n';
  private static final String ONE = " where tenant = ? and name = ? and deleted_at is null";
  private static final String FIND = "select * from {authentication}" + ONE;
  private static final String PAGE =
      "select * from {authentication} where tenant = ? and deleted_at is null and no > ?"
          + " order by no limit ?";
  private static final String USERS =
      "select contract, min(id) from {webhook} where tenant = ? and authentication = ?"
          + " group by contract";
  private static final String UNBURY =
      "delete from {authentication} where tenant = ? and name = ? and deleted_at is not null";
  private static final String INSERT =
      "insert into {authentication} (tenant, name, contract, keys, created_at, version, changed)"
          + " values (?, ?, ?, ?, ?, ?, ?)";
  private static final String REPLACE =
      "update {authentication} set contract = ?, keys = ?, version = ?, changed = ?"
          + ONE
          + " and version = ?";
  private static final String BURY =
      "update {authentication} set keys = '', changed = ?, deleted_at = {now}" + ONE;

  private final Database database;
  private final Tables tables;
  private final ChangeNumbers numbers;

  JdbcAuthentications(Database database, Tables tables) {
    this.database = database;
    this.tables = tables;
    this.numbers = new ChangeNumbers(tables);
  }

  @Override
  public boolean insert(StoredAuthentication authentication) {
    NamedAuthentication named = authentication.named();
    String tenant = named.tenant().value();
    return database.transaction(
        session -> {
          long number = numbers.next(session);
          if (find(session, tenant, named.name()).isPresent()) {
            return false;
          }
          session.update(tables.in(UNBURY), tenant, named.name());
          session.update(
              tables.in(INSERT),
              tenant,
              named.name(),
              named.contract(),
              WebhookRows.keys(authentication.keys()),
              Micros.of(named.createdAt()),
              authentication.version(),
              number);
          return true;
        });
  }

  @Override
  public boolean replace(StoredAuthentication next, Set<String> contracts) {
    NamedAuthentication named = next.named();
    String tenant = named.tenant().value();
    return database.transaction(
        session -> {
          long number = numbers.next(session);
          return contracts.containsAll(users(session, named.tenant(), named.name()).keySet())
              && session.update(
                      tables.in(REPLACE),
                      named.contract(),
                      WebhookRows.keys(next.keys()),
                      next.version(),
                      number,
                      tenant,
                      named.name(),
                      next.version() - 1)
                  == 1;
        });
  }

  @Override
  public boolean delete(Tenant tenant, String name) {
    return database.transaction(
        session -> {
          long number = numbers.next(session);
          return users(session, tenant, name).isEmpty()
              && session.update(tables.in(BURY), number, tenant.value(), name) == 1;
        });
  }

  @Override
  public Optional<StoredAuthentication> find(Tenant tenant, String name) {
    return database.statement(session -> find(session, tenant.value(), name));
  }

  private Optional<StoredAuthentication> find(Session session, String tenant, String name)
      throws SQLException {
    return session.first(tables.in(FIND), row -> read(row, ""), tenant, name);
  }

  @Override
  public Page<StoredAuthentication> list(Tenant tenant, Page.Request request) {
    long after = request.cursor().isEmpty() ? 0 : Cursors.read(LIST, request.cursor(), 1)[0];
    record Row(long no, StoredAuthentication authentication) {}
    List<Row> rows =
        database.statement(
            session ->
                session.query(
                    tables.in(PAGE),
                    row -> new Row(row.getLong("no"), read(row, "")),
                    tenant.value(),
                    after,
                    request.size() + 1));
    return Cursors.page(
        rows, request.size(), row -> Cursors.write(LIST, row.no()), Row::authentication);
  }

  @Override
  public Map<String, WebhookId> users(Tenant tenant, String name) {
    return database.statement(session -> users(session, tenant, name));
  }

  private Map<String, WebhookId> users(Session session, Tenant tenant, String name)
      throws SQLException {
    Map<String, WebhookId> users = new TreeMap<>();
    session.query(
        tables.in(USERS),
        row -> users.put(row.getString(1), WebhookId.of(row.getString(2))),
        tenant.value(),
        name);
    return users;
  }

  /** From columns that begin in some way. */
  static StoredAuthentication read(ResultSet row, String prefix) throws SQLException {
    List<StoredKey> keys = WebhookRows.readKeys(row.getString(prefix + "keys"));
    return new StoredAuthentication(
        new NamedAuthentication(
            new Tenant(row.getString(prefix + "tenant")),
            row.getString(prefix + "name"),
            row.getString(prefix + "contract"),
            keys.get(0).secret().fingerprint(),
            Micros.instant(row.getLong(prefix + "created_at"))),
        keys,
        row.getLong(prefix + "version"));
  }
}
