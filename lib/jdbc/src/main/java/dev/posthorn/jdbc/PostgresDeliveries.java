package dev.posthorn.jdbc;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.Transaction;
import dev.posthorn.store.Added;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The three calls on PostgreSQL: few statements, each over everything that the call is about. */
final class PostgresDeliveries implements DeliveryStore {
  private final Database database;
  private final PostgresAdding adding;
  private final PostgresClaiming claiming;
  private final PostgresRecording recording;
  private final LaneChanges changes;
  private final Nodes nodes;

  PostgresDeliveries(
      Database database, Tables tables, Quota quota, LaneChanges changes, Nodes nodes) {
    this.database = database;
    this.adding = new PostgresAdding(tables, quota);
    this.claiming = new PostgresClaiming(tables);
    this.recording = new PostgresRecording(tables);
    this.changes = changes;
    this.nodes = nodes;
  }

  @Override
  public List<Added> add(List<NewEvent> events, Duration lease) {
    return database.statement(session -> adding.add(session, events, lease));
  }

  @Override
  public List<Added> add(List<NewEvent> events, Transaction transaction) {
    return JdbcTransaction.join(transaction, session -> adding.add(session, events, null));
  }

  @Override
  public Claims claim(ClaimRequest request) {
    nodes.alive(request.node(), request.lease());
    return claiming.claim(database, request);
  }

  @Override
  public Set<DeliveryId> record(List<Finished> finished, List<LaneChange> lanes) {
    return database.transaction(
        session -> {
          Set<DeliveryId> skipped = recording.record(session, finished);
          changes.write(session, lanes);
          return skipped;
        });
  }
}
