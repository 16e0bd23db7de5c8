package dev.posthorn.jdbc;

import dev.posthorn.delivery.Attempt;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.sql.SQLException;

/** Keeps test events, each with its one delivery and attempt, as finished. */
final class TestKeeping {
  private static final String LANE = "select no from {webhook} where id = ? and tenant = ?";
  private static final String EVENT =
      "insert into {event} (hash, tenant, source, id, type, content, digest, accepted_at)"
          + " values (?, ?, ?, ?, ?, ?, ?, {now})";
  private static final String DELIVERY =
      "insert into {delivery} (id, tenant, lane, event, max_age, round, attempts, fence, state,"
          + " ended, ended_at, last_status, last_detail, last_retry_after)"
          + " select cast(? as varchar), e.tenant, cast(? as bigint), e.no, cast(? as bigint), 1, 1,"
          + " 0, cast(? as varchar), cast(? as varchar), {now},"
          + " cast(? as int), cast(? as varchar), cast(? as bigint) from {event} e where e.hash = ?";
  private static final String ATTEMPT =
      "insert into {attempt} (delivery, round, attempt, started_at, took, status, detail,"
          + " retry_after, snippet, resent)"
          + " select d.no, cast(? as int), cast(? as int), cast(? as bigint), cast(? as bigint),"
          + " cast(? as int), cast(? as varchar), cast(? as bigint), cast(? as varchar),"
          + " cast(? as boolean) from {delivery} d where d.id = ?";

  private final String lane;
  private final String event;
  private final String delivery;
  private final String attempt;

  TestKeeping(Tables tables) {
    lane = tables.in(LANE);
    event = tables.in(EVENT);
    delivery = tables.in(DELIVERY);
    attempt = tables.in(ATTEMPT);
  }

  /** Nothing, if the webhook has been deleted meanwhile. */
  boolean keep(Session session, NewEvent test, Attempt made) throws SQLException {
    NewDelivery born = test.deliveries().get(0);
    String tenant = test.key().tenant().value();
    Long no = session.number(lane, born.webhook().value(), tenant);
    if (no == null) {
      return false;
    }
    byte[] hash = EventHash.of(test.key()).bytes();
    session.update(
        event,
        hash,
        tenant,
        test.key().source(),
        test.key().id(),
        test.type(),
        test.content().json(),
        test.content().digest());
    Told told = Told.of(made.outcome());
    boolean accepted = made.outcome().accepted();
    session.update(
        delivery,
        born.id().value(),
        no,
        Micros.of(born.maxAge()),
        accepted ? "DELIVERED" : "EXHAUSTED",
        accepted ? null : "TEST",
        told.status(),
        told.detail(),
        told.retryAfter(),
        hash);
    session.update(
        attempt,
        made.round(),
        made.number(),
        Micros.of(made.startedAt()),
        Micros.of(made.took()),
        told.status(),
        told.detail(),
        told.retryAfter(),
        made.snippet(),
        made.resent(),
        born.id().value());
    return true;
  }
}
