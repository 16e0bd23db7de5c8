package dev.posthorn.jdbc.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/** What stands in the tables, by statements that every database understands. */
final class Rows {
  private static final String PENDING = "select count(*) from posthorn_pending";
  private static final String LEASED = "select count(*) from posthorn_pending where leased";
  private static final String STORED = "select id from posthorn_event where id like ?";
  private static final String UNDELIVERED =
      "select 'not delivered:', e.id, d.* from posthorn_event e"
          + " left join posthorn_delivery d on d.event = e.no where e.id like ? and not"
          + " coalesce(d.state = 'DELIVERED' and d.ended is null and d.ended_at is not null"
          + " and not exists (select 1 from posthorn_pending p where p.no = d.no), false)";
  private static final String COUNTED_WRONG =
      "select 'attempts do not agree:', e.id, d.*"
          + " from posthorn_event e join posthorn_delivery d on d.event = e.no"
          + " where e.id like ? and (d.attempts <> (select count(*) from posthorn_attempt a"
          + " where a.delivery = d.no) or 1 <> (select count(*) from posthorn_attempt a"
          + " where a.delivery = d.no and a.detail is null))";
  private static final String TWO_RESULTS =
      "select 'two results for one attempt:', e.id, a.round, a.attempt"
          + " from posthorn_event e join posthorn_delivery d on d.event = e.no"
          + " join posthorn_attempt a on a.delivery = d.no where e.id like ?"
          + " group by e.id, d.no, a.round, a.attempt having count(*) > 1";
  private static final String TWO_DELIVERIES =
      "select 'two deliveries:', e.id from posthorn_event e"
          + " join posthorn_delivery d on d.event = e.no where e.id like ?"
          + " group by e.id having count(*) > 1";
  private static final String UNANSWERED =
      "select e.id from posthorn_event e join posthorn_delivery d on d.event = e.no"
          + " join posthorn_attempt a on a.delivery = d.no where e.id like ?"
          + " and a.detail in ('RESET', 'READ_TIMEOUT', 'PROTOCOL')";
  private static final String OF_EVENT =
      " from posthorn_event e join posthorn_delivery d on d.event = e.no";
  private static final List<String> ABOUT =
      List.of(
          "select 'event', e.no, e.accepted_at from posthorn_event e where e.id = ?",
          "select 'delivery', d.*" + OF_EVENT + " where e.id = ?",
          "select 'pending', p.*"
              + OF_EVENT
              + " join posthorn_pending p on p.no = d.no where e.id = ?",
          "select 'attempt', a.*"
              + OF_EVENT
              + " join posthorn_attempt a on a.delivery = d.no where e.id = ? order by a.no",
          "select 'lane', l.*"
              + OF_EVENT
              + " join posthorn_lane l on l.no = d.lane where e.id = ?");

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
    return texts(STORED, prefix + "-%");
  }

  /** What must not be, where everything that begins like this has been delivered. */
  List<String> wrong(String prefix) {
    List<String> all = new ArrayList<>();
    for (String sql : List.of(UNDELIVERED, COUNTED_WRONG, TWO_RESULTS, TWO_DELIVERIES)) {
      all.addAll(texts(sql, prefix + "-%"));
    }
    return all;
  }

  /** Everything about some events, for a person. */
  String about(Collection<String> ids) {
    StringBuilder text = new StringBuilder();
    for (String id : ids) {
      List<String> rows = new ArrayList<>();
      ABOUT.forEach(sql -> rows.addAll(texts(sql, id)));
      text.append('\n').append(id).append(": ");
      text.append(rows.isEmpty() ? "not stored" : String.join("; ", rows));
    }
    return text.toString();
  }

  /**
   * The events that begin like this, once for each attempt that failed though the receiver may have
   * taken what was sent.
   */
  List<String> unanswered(String prefix) {
    return texts(UNANSWERED, prefix + "-%");
  }

  /** Each row as one text. */
  List<String> texts(String sql, String... values) {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      List<String> texts = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(text(rows));
        }
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(ResultSet row) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      columns.add(String.valueOf(row.getString(i)));
    }
    return String.join(" ", columns);
  }
}
