package dev.posthorn.jdbc;

import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Webhook;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes webhooks. Lanes are locked first, then the row that {@link ChangeNumbers} counts in, then
 * webhooks.
 */
final class WebhookWriting {
  private static final String TAKEN = "select no from {webhook} where id = ?";
  private static final String INSERT =
      "insert into {webhook} (id, tenant, created_at, changed, "
          + String.join(", ", WebhookRows.COLUMNS)
          + ") values ("
          + String.join(", ", Collections.nCopies(4 + WebhookRows.COLUMNS.size(), "?"))
          + ")";
  private static final String REPLACE =
      "update {webhook} set "
          + String.join(" = ?, ", WebhookRows.COLUMNS)
          + " = ?, changed = ? where no = ? and version = ?";
  private static final String LANE =
      "select "
          + LaneBefore.COLUMNS
          + " from {lane} l"
          + " where l.no = (select w.no from {webhook} w where w.id = ? and w.tenant = ?) for update";
  private static final String ENABLED = "select * from {webhook} where id = ? and disabled is null";
  private static final String BURY =
      "insert into {deleted} (no, id, changed, deleted_at, cleared)"
          + " select no, id, cast(? as bigint), {now}, false from {webhook} where no = ?";
  private static final String DELETE = "delete from {webhook} where no = ?";
  private static final String NAMED =
      "select no from {authentication} where tenant = ? and name = ? and deleted_at is null";

  private final Tables tables;
  private final ChangeNumbers numbers;
  private final LaneWriting lanes;

  WebhookWriting(Tables tables, LaneWriting lanes) {
    this.tables = tables;
    this.numbers = new ChangeNumbers(tables);
    this.lanes = lanes;
  }

  /** False if the id is taken. */
  boolean insert(Session session, StoredWebhook stored) throws SQLException {
    long number = numbers.next(session);
    checkNamed(session, stored.webhook());
    String id = stored.webhook().id().value();
    if (session.number(tables.in(TAKEN), id) != null) {
      return false;
    }
    List<@Nullable Object> values = new ArrayList<>();
    values.add(id);
    values.add(stored.webhook().tenant().value());
    values.add(Micros.of(stored.webhook().createdAt()));
    values.add(number);
    values.addAll(WebhookRows.values(stored));
    session.update(tables.in(INSERT), values.toArray());
    Long no = session.number(tables.in(TAKEN), id);
    lanes.create(session, no == null ? 0 : no, stored);
    return true;
  }

  /** False if the stored version is not the one before, or the webhook is gone. */
  boolean replace(Session session, StoredWebhook next) throws SQLException {
    Optional<LaneBefore> lane = lock(session, next.webhook().tenant(), next.webhook().id());
    if (lane.isEmpty()) {
      return false;
    }
    List<@Nullable Object> values = WebhookRows.values(next);
    values.add(numbers.next(session));
    checkNamed(session, next.webhook());
    values.add(lane.get().no());
    values.add(next.version() - 1);
    boolean written = session.update(tables.in(REPLACE), values.toArray()) == 1;
    if (written) {
      lanes.follow(session, lane.get(), next);
    }
    return written;
  }

  /** Disables a webhook unless it is disabled or gone. */
  void disable(Session session, WebhookId id, String why) throws SQLException {
    Optional<StoredWebhook> enabled =
        session.first(tables.in(ENABLED), WebhookRows::read, id.value());
    while (enabled.isPresent() && !replace(session, enabled.get().disabled(why))) {
      enabled = session.first(tables.in(ENABLED), WebhookRows::read, id.value());
    }
  }

  /** Returns the number of the webhook that is gone; empty if there was none. */
  Optional<Long> delete(Session session, Tenant tenant, WebhookId id) throws SQLException {
    Optional<LaneBefore> lane = lock(session, tenant, id);
    if (lane.isEmpty()) {
      return Optional.empty();
    }
    long no = lane.get().no();
    session.update(tables.in(BURY), numbers.next(session), no);
    session.update(tables.in(DELETE), no);
    lanes.remove(session, no);
    return Optional.of(no);
  }

  private Optional<LaneBefore> lock(Session session, Tenant tenant, WebhookId id)
      throws SQLException {
    return session.first(tables.in(LANE), LaneBefore::read, id.value(), tenant.value());
  }

  private void checkNamed(Session session, Webhook webhook) throws SQLException {
    String name = webhook.settings().authentication();
    if (name != null && session.number(tables.in(NAMED), webhook.tenant().value(), name) == null) {
      throw new NotFoundException("there is no authentication \"" + name + "\"");
    }
  }
}
