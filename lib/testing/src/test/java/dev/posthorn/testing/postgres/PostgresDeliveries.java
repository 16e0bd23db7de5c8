package dev.posthorn.testing.postgres;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Rate;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.testing.postgres.Database.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

final class PostgresDeliveries implements DeliveryStore {
  private final Database database;

  PostgresDeliveries(Database database) {
    this.database = database;
  }

  @Override
  public List<Added> add(List<NewEvent> events, Duration lease) {
    // In the order of the keys, so that two publishers never wait for each other in a circle.
    List<Integer> order = new ArrayList<>(IntStream.range(0, events.size()).boxed().toList());
    order.sort(Comparator.comparing(i -> hash(events.get(i).key()), Arrays::compare));
    return database.transaction(
        tx -> {
          Added[] answers = new Added[events.size()];
          for (int i : order) {
            answers[i] = add(tx, events.get(i), PostgresStore.micros(lease));
          }
          return List.of(answers);
        });
  }

  private static Added add(Transaction tx, NewEvent event, long lease) throws SQLException {
    byte[] hash = hash(event.key());
    if (!insert(tx, hash, event)) {
      byte[] stored =
          tx.query("select digest from event where hash = ?", row -> row.getBytes(1), hash).get(0);
      boolean same = Arrays.equals(stored, event.content().digest());
      return new Added(event.key(), same ? Status.KNOWN : Status.CONFLICTING, List.of());
    }
    List<NewDelivery> wanted = event.deliveries();
    List<Born> born =
        tx.query(
            "insert into delivery (id, lane, tenant, event, state, due, due_before, began, max_age, leased,"
                + " fence) select n.id, w.number, w.tenant, ?, 'PENDING',"
                + " t.now + case when c.it then ? else 0 end * interval '1 microsecond',"
                + " t.now, t.now, n.age, c.it, c.it::int"
                + " from (select now_here() as now offset 0) t,"
                + " unnest(?, ?, ?, ?) n(id, webhook, age, claimed)"
                + " join webhook w on w.id = n.webhook and w.tenant = ?,"
                + " lateral (select n.claimed = 1 and w.hold is null and w.pace_permits is null"
                + "          and w.gated_until <= t.now as it) c"
                + " returning id, leased",
            row ->
                new Born(
                    DeliveryId.of(row.getString(1)),
                    row.getBoolean(2) ? Fate.CLAIMED : Fate.WAITING),
            hash,
            lease,
            wanted.stream().map(one -> one.id().value()).toArray(String[]::new),
            wanted.stream().map(one -> one.webhook().value()).toArray(String[]::new),
            wanted.stream().map(one -> PostgresStore.micros(one.maxAge())).toArray(Long[]::new),
            wanted.stream().map(one -> one.claimed() ? 1L : 0L).toArray(Long[]::new),
            event.key().tenant().value());
    if (born.isEmpty()) {
      tx.update("delete from event where hash = ?", hash);
    }
    return new Added(event.key(), Status.NEW, born);
  }

  static boolean insert(Transaction tx, byte[] hash, NewEvent event) throws SQLException {
    return tx.update(
            "insert into event values (?, ?, ?, ?, ?, ?, ?, now_here()) on conflict do nothing",
            hash,
            event.key().tenant().value(),
            event.key().source(),
            event.key().id(),
            event.type(),
            event.content().json(),
            event.content().digest())
        == 1;
  }

  /** Lengths stand before the texts, so that no two keys give the same input. */
  static byte[] hash(EventKey key) {
    String source = key.source();
    String tenant = key.tenant().value();
    String all = tenant.length() + ":" + tenant + source.length() + ":" + source + key.id();
    try {
      return MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Claims claim(ClaimRequest request) {
    return database.transaction(tx -> new PostgresClaim(tx, request).claim());
  }

  @Override
  public Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes) {
    // Lanes before deliveries, each in order, as everywhere: or two writers block each other.
    List<LaneChange> changes = new ArrayList<>(lanes);
    changes.sort(Comparator.comparing(change -> change.webhook().value()));
    return database.transaction(
        tx -> {
          for (LaneChange change : changes) {
            write(tx, change);
          }
          return write(tx, finished);
        });
  }

  /** All results in one statement, which locks the deliveries in the order of their ids. */
  private static Set<DeliveryId> write(Transaction tx, List<Finished> finished)
      throws SQLException {
    Map<String, Finished> results = new TreeMap<>();
    finished.forEach(result -> results.putIfAbsent(result.id().value(), result));
    List<Finished> rows = List.copyOf(results.values());
    List<String> written =
        tx.query(
            "with k as materialized (select d.id as key, r.* from"
                + " unnest(?, ?, ?, ?, ?, ?) r(id, fence, tried, state, ended, delay)"
                + " join delivery d on d.id = r.id and d.fence = r.fence"
                + " where d.leased and d.state = 'PENDING'"
                + " and d.lane in (select number from webhook) order by d.id for update of d)"
                + " update delivery d set leased = false, state = k.state, ended = k.ended,"
                + " ended_at = case when k.state <> 'PENDING' then now_here() end,"
                + " attempts = d.attempts + k.tried,"
                + " lapses = case when k.delay < 0 then d.lapses else 0 end,"
                + " due = case when k.delay < 0 then d.due_before"
                + "       else now_here() + k.delay * interval '1 microsecond' end"
                + " from k where d.id = k.key returning d.id",
            row -> row.getString(1),
            results.keySet().toArray(String[]::new),
            rows.stream().map(Finished::fence).toArray(Long[]::new),
            rows.stream().map(row -> row.attempt() == null ? 0L : 1L).toArray(Long[]::new),
            rows.stream().map(row -> state(row.next()).name()).toArray(String[]::new),
            rows.stream().map(row -> ended(row.next())).toArray(String[]::new),
            rows.stream().map(row -> delay(row.next())).toArray(Long[]::new));
    List<Finished> tried = new ArrayList<>();
    for (String id : written) {
      Finished result = results.get(id);
      if (result != null && result.attempt() != null) {
        tried.add(result);
      }
    }
    Attempts.insert(tx, tried);
    Set<DeliveryId> skipped = new HashSet<>();
    finished.forEach(result -> skipped.add(result.id()));
    written.forEach(id -> skipped.remove(DeliveryId.of(id)));
    return skipped;
  }

  private static DeliveryState state(Next next) {
    if (next instanceof Next.Delivered) {
      return DeliveryState.DELIVERED;
    }
    return next instanceof Next.Exhausted ? DeliveryState.EXHAUSTED : DeliveryState.PENDING;
  }

  private static @Nullable String ended(Next next) {
    return next instanceof Next.Exhausted exhausted ? exhausted.reason().name() : null;
  }

  /** From now, in microseconds; negative to be due as before the claim. */
  private static long delay(Next next) {
    if (next instanceof Next.GivenBack) {
      return -1;
    }
    return next instanceof Next.DueIn retry ? PostgresStore.micros(retry.delay()) : 0;
  }

  private static void write(Transaction tx, LaneChange change) throws SQLException {
    String id = change.webhook().value();
    if (change instanceof LaneChange.Disable disable) {
      Optional<StoredWebhook> enabled =
          PostgresWebhooks.find(tx, "id = ? and disabled is null for update", id);
      if (enabled.isPresent()) {
        PostgresWebhooks.replace(tx, enabled.get().disabled(disable.why()));
      }
    } else if (change instanceof LaneChange.Gate gate) {
      tx.update(
          "update webhook set gate_state = t.state, gate_why = ?,"
              + " pace_permits = coalesce(?, pace_permits), pace_per = coalesce(?, pace_per),"
              + " pace_empty_at = coalesce(pace_empty_at, '-infinity'), gated_until = t.until,"
              + " gated_since = case when gated_until > t.now and gate_state = t.state"
              + "               then gated_since else t.now end"
              + " from (select now as now, now + ? * interval '1 microsecond' as until,"
              + "       ? as state from (select now_here() as now offset 0) c) t"
              + " where id = ? and gated_until < t.until",
          gate.why(),
          gate.ramp() == null ? null : gate.ramp().permits(),
          gate.ramp() == null ? null : PostgresStore.micros(gate.ramp().per()),
          PostgresStore.micros(gate.until()),
          gate.state().name(),
          id);
    } else if (change instanceof LaneChange.Open open) {
      Rate pace = open.pace();
      tx.update(
          "update webhook set gated_until = '-infinity', open_since = now_here(),"
              + " pace_empty_at = case when pace_permits is null then '-infinity'"
              + "                 else pace_empty_at end,"
              + " pace_permits = ?::int, pace_per = ?::bigint where id = ?",
          pace == null ? null : (Integer) pace.permits(),
          pace == null ? null : (Long) PostgresStore.micros(pace.per()),
          id);
    }
  }
}
