package dev.posthorn.jdbc;

import dev.posthorn.store.LaneChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes what attempts have shown of lanes, in the order of the webhooks, and webhooks last: see
 * {@link WebhookWriting}.
 */
final class LaneChanges {
  private final LaneWriting lanes;
  private final WebhookWriting webhooks;

  LaneChanges(LaneWriting lanes, WebhookWriting webhooks) {
    this.lanes = lanes;
    this.webhooks = webhooks;
  }

  void write(Session session, List<LaneChange> changes) throws SQLException {
    List<LaneChange> ordered = new ArrayList<>(changes);
    ordered.sort(
        Comparator.comparing((LaneChange change) -> change instanceof LaneChange.Disable)
            .thenComparing(change -> change.webhook().value()));
    for (LaneChange change : ordered) {
      if (change instanceof LaneChange.Gate gate) {
        lanes.gate(session, gate);
      } else if (change instanceof LaneChange.Pace pace) {
        lanes.pace(session, pace);
      } else if (change instanceof LaneChange.Disable disable) {
        webhooks.disable(session, disable.webhook(), disable.why());
      }
    }
  }
}
