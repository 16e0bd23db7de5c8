package dev.posthorn.testing.postgres;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.postgres.Database.RowReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Deliveries that were given up, found by the indexes on when they ended. */
final class PostgresFailed {
  private static final String GIVEN_UP = " d.state = 'EXHAUSTED' and d.ended <> 'TEST'";
  private static final Instant EARLIEST = Instant.parse("-4000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("+200000-01-01T00:00:00Z");

  private final Database database;
  private final String select;
  private final RowReader<Delivery> reader;

  PostgresFailed(Database database, String select, RowReader<Delivery> reader) {
    this.database = database;
    this.select = select;
    this.reader = reader;
  }

  private record Row(Place place, Delivery delivery) {}

  private record Place(Instant endedAt, long number) {
    static Place of(String cursor) {
      String[] parts = cursor.split("/", -1);
      try {
        if (parts.length == 2) {
          return new Place(Instant.parse(parts[0]), Long.parseLong(parts[1]));
        }
      } catch (DateTimeException | NumberFormatException e) {
        throw new IllegalArgumentException("not a cursor: \"" + cursor + "\"", e);
      }
      throw new IllegalArgumentException("not a cursor: \"" + cursor + "\"");
    }

    String cursor() {
      return endedAt + "/" + number;
    }
  }

  Page<Delivery> lastFirst(Tenant tenant, Page.Request page) {
    Place below =
        page.cursor().isEmpty() ? new Place(LATEST, Long.MAX_VALUE) : Place.of(page.cursor());
    List<Row> rows =
        database.transaction(
            tx ->
                tx.query(
                    select
                        + " where d.tenant = ? and"
                        + GIVEN_UP
                        + " and (d.ended_at, d.number) < (?, ?)"
                        + " order by d.ended_at desc, d.number desc limit ?",
                    this::read,
                    tenant.value(),
                    below.endedAt(),
                    below.number(),
                    page.size() + 1));
    boolean more = rows.size() > page.size();
    return new Page<>(
        rows.stream().limit(page.size()).map(Row::delivery).toList(),
        more ? Optional.of(rows.get(page.size() - 1).place().cursor()) : Optional.empty());
  }

  private Row read(ResultSet row) throws SQLException {
    Place place = new Place(Database.instantOf(row, "ended_at"), row.getLong("number"));
    return new Row(place, reader.read(row));
  }

  /** There is no quota here. */
  Replayed requeue(Tenant tenant, WebhookId webhook, Instant since, Instant until, int limit) {
    return new Replayed(
        database.transaction(
            tx ->
                tx.update(
                    "with k as materialized (select d.id from delivery d"
                        + " where d.lane = (select number from webhook where id = ? and tenant = ?)"
                        + " and"
                        + GIVEN_UP
                        + " and d.ended_at >= ? and d.ended_at < ?"
                        + " order by d.ended_at, d.number limit ? for update of d)"
                        + " update delivery d set state = 'PENDING', ended = null, ended_at = null,"
                        + " due = now_here(), round = round + 1, attempts = 0, lapses = 0,"
                        + " began = now_here() from k where d.id = k.id",
                    webhook.value(),
                    tenant.value(),
                    bounded(since),
                    bounded(until),
                    limit)),
        false);
  }

  /** Within what a column may hold, and rounded up to what it shows. */
  private static Instant bounded(Instant instant) {
    if (instant.isBefore(EARLIEST)) {
      return EARLIEST;
    }
    if (instant.isAfter(LATEST)) {
      return LATEST;
    }
    Instant micros = instant.truncatedTo(ChronoUnit.MICROS);
    return micros.equals(instant) ? micros : micros.plus(1, ChronoUnit.MICROS);
  }
}
