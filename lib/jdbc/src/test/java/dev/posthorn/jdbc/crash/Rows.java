package dev.posthorn.jdbc.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/** What stands in the tables. */
final class Rows {
  private static final String PENDING = "select count(*) from posthorn_pending";
  private static final String LEASED = "select count(*) from posthorn_pending where leased";
  private static final String STORED = "select id from posthorn_event where id like ? || '-%'";
  private static final String UNDELIVERED =
      "select 'not delivered: ' || e.id || ' ' || d::text from posthorn_event e"
          + " left join posthorn_delivery d on d.event = e.no where e.id like ? || '-%' and not"
          + " coalesce(d.state = 'DELIVERED' and d.ended is null and d.ended_at is not null"
          + " and not exists (select from posthorn_pending p where p.no = d.no), false)";
  private static final String COUNTED_WRONG =
      "select 'attempts do not agree: ' || e.id || ' ' || d::text"
          + " from posthorn_event e join posthorn_delivery d on d.event = e.no"
          + " where e.id like ? || '-%' and (d.attempts <> (select count(*) from posthorn_attempt a"
          + " where a.delivery = d.no) or 1 <> (select count(*) from posthorn_attempt a"
          + " where a.delivery = d.no and a.detail is null))";
  private static final String TWO_RESULTS =
      "select 'two results for one attempt: ' || e.id || ' ' || d::text"
          + " from posthorn_event e join posthorn_delivery d on d.event = e.no"
          + " join posthorn_attempt a on a.delivery = d.no where e.id like ? || '-%'"
          + " group by e.id, d.*, a.round, a.attempt having count(*) > 1";
  private static final String TWO_DELIVERIES =
      "select 'two deliveries: ' || e.id from posthorn_event e"
          + " join posthorn_delivery d on d.event = e.no where e.id like ? || '-%'"
          + " group by e.id having count(*) > 1";
  private static final String ABOUT =
      "select e.id || ': event ' || e.accepted_at || ', delivery ' || d::text || ', pending ' || coalesce(p::text, 'no') || ', attempts '"
          + " || coalesce((select string_agg(a::text, ' ' order by a.no) from posthorn_attempt a"
          + " where a.delivery = d.no), 'none') || ', lane ' || l::text"
          + " from posthorn_event e left join posthorn_delivery d on d.event = e.no"
          + " left join posthorn_pending p on p.no = d.no left join posthorn_lane l on l.no = d.lane where e.id = ?";

  private final DataSource source;

  Rows(DataSource source) {
    this.source = source;
  }

  boolean nothingPending() {
    return texts(PENDING).equals(List.of("0"));
  }

  int leased() {
    return Integer.parseInt(texts(LEASED).get(0));
  }

  /** The ids of the events that begin like this. */
  List<String> stored(String prefix) {
    return texts(STORED, prefix);
  }

  /** What must not be, where everything that begins like this has been delivered. */
  List<String> wrong(String prefix) {
    List<String> all = new ArrayList<>();
    for (String sql : List.of(UNDELIVERED, COUNTED_WRONG, TWO_RESULTS, TWO_DELIVERIES)) {
      all.addAll(texts(sql, prefix));
    }
    return all;
  }

  /** Everything about some events, for a person. */
  String about(Collection<String> ids) {
    StringBuilder text = new StringBuilder();
    for (String id : ids) {
      List<String> rows = texts(ABOUT, id);
      text.append('\n').append(rows.isEmpty() ? id + ": not stored" : String.join("\n", rows));
    }
    return text.toString();
  }

  /** Who waits for whom. */
  String activity() {
    return String.join(
        "\n",
        texts(
            "select pid || ' ' || coalesce(state, '') || ' since ' || (clock_timestamp()"
                + " - coalesce(state_change, backend_start)) || ' blocked by '"
                + " || pg_blocking_pids(pid)::text || ': ' || left(query, 120)"
                + " from pg_stat_activity where backend_type = 'client backend'"));
  }

  private List<String> texts(String sql, String... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      List<String> texts = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
