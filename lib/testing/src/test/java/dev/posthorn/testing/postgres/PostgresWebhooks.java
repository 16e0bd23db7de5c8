package dev.posthorn.testing.postgres;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.Change;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.testing.postgres.Database.Transaction;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class PostgresWebhooks implements WebhookStore {
  private final Database database;

  PostgresWebhooks(Database database) {
    this.database = database;
  }

  @Override
  public boolean insert(StoredWebhook stored) {
    return database.transaction(
        tx -> {
          boolean written =
              tx.update(
                      "insert into webhook (id, tenant, created_at, url, contract, events,"
                          + " label, metadata, disabled, verified, checked_at, check_detail,"
                          + " fingerprint, keys, key_ends, unverified, ramp_permits, ramp_per,"
                          + " version) values"
                          + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                          + " on conflict (id) do nothing",
                      concat(
                          new @Nullable Object[] {
                            stored.webhook().id().value(),
                            stored.webhook().tenant().value(),
                            stored.webhook().createdAt()
                          },
                          changeable(stored)))
                  == 1;
          if (written) {
            tx.update("delete from deleted where id = ?", stored.webhook().id().value());
          }
          return written;
        });
  }

  @Override
  public boolean replace(StoredWebhook next) {
    return database.transaction(tx -> replace(tx, next));
  }

  /** One statement: what the lane becomes depends on whether it was held before and is after. */
  static boolean replace(Transaction tx, StoredWebhook next) throws SQLException {
    boolean held = next.hold() != null;
    Rate ramp = next.ramp();
    Integer permits = ramp == null ? null : (Integer) ramp.permits();
    Long per = ramp == null ? null : (Long) PostgresStore.micros(ramp.per());
    return tx.update(
            "update webhook set url = ?, contract = ?, events = ?, label = ?, metadata = ?,"
                + " disabled = ?, verified = ?, checked_at = ?, check_detail = ?,"
                + " fingerprint = ?, keys = ?, key_ends = ?, unverified = ?,"
                + " ramp_permits = ?, ramp_per = ?, version = ?, changed = nextval('change'),"
                + " held_since = case when hold is null then now_here() else held_since end,"
                + " open_since = case when hold is null then open_since else now_here() end,"
                + " gated_until = case when e then '-infinity' else gated_until end,"
                + " pace_permits = case when e then ?::int else pace_permits end,"
                + " pace_per = case when e then ?::bigint else pace_per end,"
                + " pace_empty_at = case when e then '-infinity' else pace_empty_at end"
                + " from (select number as n, hold is not null and not ? as e from webhook"
                + "       where id = ? and tenant = ? and version = ? for update) old"
                + " where number = old.n",
            concat(
                changeable(next),
                permits,
                per,
                held,
                next.webhook().id().value(),
                next.webhook().tenant().value(),
                next.version() - 1))
        == 1;
  }

  private static @Nullable Object[] changeable(StoredWebhook stored) {
    Webhook webhook = stored.webhook();
    Verification check = webhook.verification();
    Rate ramp = stored.ramp();
    return new @Nullable Object[] {
      webhook.url(),
      webhook.contract(),
      webhook.events().stream().map(EventPattern::text).toArray(String[]::new),
      webhook.label(),
      webhook.metadata().entrySet().stream()
          .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
          .toArray(String[]::new),
      webhook.disabled(),
      check == null ? null : (Boolean) check.verified(),
      check == null ? null : check.checkedAt(),
      check == null ? null : check.detail(),
      webhook.secretFingerprint(),
      stored.keys().stream().map(key -> key.secret().reveal()).toArray(String[]::new),
      stored.keys().stream().map(key -> micros(key.until())).toArray(Long[]::new),
      stored.unverified(),
      ramp == null ? null : (Integer) ramp.permits(),
      ramp == null ? null : (Long) PostgresStore.micros(ramp.per()),
      stored.version()
    };
  }

  private static @Nullable Object[] concat(@Nullable Object[] first, @Nullable Object... second) {
    @Nullable Object[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  public boolean delete(Tenant tenant, WebhookId id) {
    return database.transaction(
        tx -> {
          List<Long> gone =
              tx.query(
                  "delete from webhook where id = ? and tenant = ? returning number",
                  row -> row.getLong(1),
                  id.value(),
                  tenant.value());
          for (Long lane : gone) {
            tx.update("insert into deleted (id) values (?)", id.value());
            tx.update("delete from delivery where lane = ?", lane);
            tx.update(
                "delete from event e"
                    + " where not exists (select from delivery d where d.event = e.hash)");
          }
          return !gone.isEmpty();
        });
  }

  @Override
  public Optional<StoredWebhook> find(Tenant tenant, WebhookId id) {
    return database.transaction(
        tx -> find(tx, "id = ? and tenant = ?", id.value(), tenant.value()));
  }

  static Optional<StoredWebhook> find(Transaction tx, String where, @Nullable Object... values)
      throws SQLException {
    return tx.query("select * from webhook where " + where, PostgresWebhooks::read, values).stream()
        .findFirst();
  }

  @Override
  public Page<StoredWebhook> list(Tenant tenant, Page.Request page) {
    long after = page.cursor().isEmpty() ? 0 : Cursor.read(page.cursor());
    record Row(long number, StoredWebhook webhook) {}
    List<Row> rows =
        database.transaction(
            tx ->
                tx.query(
                    "select * from webhook where tenant = ? and number > ? order by number limit ?",
                    row -> new Row(row.getLong("number"), read(row)),
                    tenant.value(),
                    after,
                    page.size() + 1));
    return Cursor.page(rows, page.size(), Row::number, Row::webhook);
  }

  @Override
  public Changes changedSince(String cursor, int size) {
    long after = cursor.isEmpty() ? 0 : Cursor.read(cursor);
    record Row(long number, Change change) {}
    List<Row> rows =
        database.transaction(
            tx ->
                tx.query(
                    "select w.*, c.id as changed_id, c.changed as at from"
                        + " (select id, changed from webhook union all"
                        + "  select id, changed from deleted) c"
                        + " left join webhook w on w.id = c.id"
                        + " where c.changed > ? order by c.changed limit ?",
                    row -> {
                      WebhookId id = WebhookId.of(row.getString("changed_id"));
                      boolean there = row.getString("tenant") != null;
                      return new Row(row.getLong("at"), new Change(id, there ? read(row) : null));
                    },
                    after,
                    size + 1));
    List<Row> read = rows.subList(0, Math.min(size, rows.size()));
    long reached = read.isEmpty() ? after : read.get(read.size() - 1).number();
    return new Changes(
        read.stream().map(Row::change).toList(), Cursor.write(reached), rows.size() > size);
  }

  private static StoredWebhook read(ResultSet row) throws SQLException {
    Set<EventPattern> events = new LinkedHashSet<>();
    for (String pattern : (String[]) row.getArray("events").getArray()) {
      events.add(new EventPattern(pattern));
    }
    Verification check = null;
    if (row.getObject("verified") != null) {
      check =
          new Verification(
              row.getBoolean("verified"),
              Database.instantOf(row, "checked_at"),
              row.getString("check_detail"));
    }
    Webhook webhook =
        new Webhook(
            WebhookId.of(row.getString("id")),
            new Tenant(row.getString("tenant")),
            row.getString("url"),
            row.getString("contract"),
            events,
            row.getString("label"),
            metadata(row),
            row.getString("disabled"),
            check,
            row.getString("fingerprint"),
            Database.instantOf(row, "created_at"));
    int permits = row.getInt("ramp_permits");
    Rate ramp =
        permits == 0 ? null : Rate.of(permits, PostgresStore.duration(row.getLong("ramp_per")));
    return new StoredWebhook(
        webhook, keys(row), row.getString("unverified"), ramp, row.getLong("version"));
  }

  private static Map<String, String> metadata(ResultSet row) throws SQLException {
    String[] texts = (String[]) row.getArray("metadata").getArray();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < texts.length; i += 2) {
      metadata.put(texts[i], texts[i + 1]);
    }
    return metadata;
  }

  private static List<StoredKey> keys(ResultSet row) throws SQLException {
    String[] secrets = (String[]) row.getArray("keys").getArray();
    @Nullable Long[] ends = (Long[]) row.getArray("key_ends").getArray();
    List<StoredKey> keys = new ArrayList<>();
    for (int i = 0; i < secrets.length; i++) {
      Long end = ends[i];
      Instant until = end == null ? null : Instant.EPOCH.plus(end, ChronoUnit.MICROS);
      keys.add(new StoredKey(Secret.of(secrets[i]), until));
    }
    return keys;
  }

  private static @Nullable Long micros(@Nullable Instant instant) {
    return instant == null ? null : (Long) ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
