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
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The three calls in statements that every database understands, in batches where it can. */
final class PortableDeliveries implements DeliveryStore {
  private final Database database;
  private final PortableAdding adding;
  private final PortableClaiming claiming;
  private final PortableRecording recording;
  private final LaneChanges changes;
  private final Nodes nodes;
  private final boolean claimersTakeTurns;
  private final ReentrantLock turn = new ReentrantLock();

  PortableDeliveries(
      Database database,
      Tables tables,
      Dialect dialect,
      Quota quota,
      LaneChanges changes,
      Nodes nodes) {
    this.database = database;
    this.adding = new PortableAdding(tables, quota);
    this.claiming = new PortableClaiming(database, tables, dialect);
    this.recording = new PortableRecording(tables);
    this.changes = changes;
    this.nodes = nodes;
    this.claimersTakeTurns = dialect.claimersTakeTurns();
  }

  @Override
  public List<Added> add(List<NewEvent> events, Duration lease) {
    return database.transaction(session -> adding.add(session, events, lease));
  }

  @Override
  public List<Added> add(List<NewEvent> events, Transaction transaction) {
    return JdbcTransaction.join(transaction, session -> addAllOrNone(session, events));
  }

  /** What fails half way is taken back without the rest of the host's transaction. */
  private List<Added> addAllOrNone(Session session, List<NewEvent> events) throws SQLException {
    Savepoint before = session.connection().setSavepoint();
    boolean added = false;
    try {
      List<Added> answers = adding.add(session, events, null);
      added = true;
      return answers;
    } finally {
      if (added) {
        session.connection().releaseSavepoint(before);
      } else {
        session.connection().rollback(before);
      }
    }
  }

  @Override
  public Claims claim(ClaimRequest request) {
    nodes.alive(request.node(), request.lease());
    if (!claimersTakeTurns) {
      return claiming.claim(request);
    }
    turn.lock();
    try {
      return claiming.claim(request);
    } finally {
      turn.unlock();
    }
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
