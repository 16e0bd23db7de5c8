package dev.posthorn.memory;

import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest change of each webhook, in order, and the latest deletions. */
final class WebhookChanges {
  private static final int DELETIONS = 100_000;
  private static final String LIST = "c";

  private final NavigableMap<Long, Written> byNumber = new TreeMap<>();
  private final Map<WebhookId, Long> deletions = new LinkedHashMap<>();
  private long last;
  private long deletionsForgottenTo;

  private record Written(WebhookId id, @Nullable LaneRow lane) {}

  void written(LaneRow lane) {
    Long deletion = deletions.remove(lane.id);
    if (deletion != null) {
      byNumber.remove(deletion);
    }
    byNumber.remove(lane.changeNumber);
    lane.changeNumber = ++last;
    byNumber.put(lane.changeNumber, new Written(lane.id, lane));
  }

  void deleted(LaneRow lane) {
    byNumber.remove(lane.changeNumber);
    byNumber.put(++last, new Written(lane.id, null));
    deletions.put(lane.id, last);
    if (deletions.size() > DELETIONS) {
      Map.Entry<WebhookId, Long> oldest = deletions.entrySet().iterator().next();
      deletionsForgottenTo = oldest.getValue();
      byNumber.remove(deletionsForgottenTo);
      deletions.remove(oldest.getKey());
    }
  }

  Changes since(String cursor, int size) {
    long from = cursor.isEmpty() ? 0 : Cursors.read(LIST, cursor);
    if (from > 0 && from < deletionsForgottenTo) {
      throw new IllegalArgumentException(
          "this cursor is older than the deletions that are remembered, begin with an empty one: "
              + cursor);
    }
    List<Change> changes = new ArrayList<>();
    long reached = from;
    for (Map.Entry<Long, Written> entry : byNumber.tailMap(from, false).entrySet()) {
      if (changes.size() == size) {
        return new Changes(changes, Cursors.write(LIST, reached), true);
      }
      Written written = entry.getValue();
      changes.add(new Change(written.id(), written.lane() == null ? null : written.lane().stored));
      reached = entry.getKey();
    }
    return new Changes(changes, Cursors.write(LIST, reached), false);
  }
}
