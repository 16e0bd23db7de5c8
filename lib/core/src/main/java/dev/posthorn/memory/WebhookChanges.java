package dev.posthorn.memory;

import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.memory.Rows.AuthenticationRow;
import dev.posthorn.memory.Rows.LaneRow;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.AuthenticationChange;
import dev.posthorn.store.Changes.Change;
import dev.posthorn.webhook.NamedAuthentication;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest change of each webhook and of each named authentication, in one order, and the latest
 * deletions.
 */
final class WebhookChanges {
  private static final int DELETIONS = 100_000;
  private static final String LIST = "c";

  private final NavigableMap<Long, Written> byNumber = new TreeMap<>();
  private final Map<Object, Long> deletions = new LinkedHashMap<>();
  private long last;
  private long deletionsForgottenTo;

  /** What was written; without its row, if it was deleted. */
  private sealed interface Written {}

  private record OfWebhook(WebhookId id, @Nullable LaneRow lane) implements Written {}

  private record OfAuthentication(Name name, @Nullable AuthenticationRow row) implements Written {}

  private record Name(Tenant tenant, String name) {
    static Name of(AuthenticationRow row) {
      NamedAuthentication named = row.stored.named();
      return new Name(named.tenant(), named.name());
    }
  }

  void written(LaneRow lane) {
    forgetDeletion(lane.id);
    byNumber.remove(lane.changeNumber);
    lane.changeNumber = ++last;
    byNumber.put(lane.changeNumber, new OfWebhook(lane.id, lane));
  }

  void written(AuthenticationRow row) {
    Name name = Name.of(row);
    forgetDeletion(name);
    byNumber.remove(row.changeNumber);
    row.changeNumber = ++last;
    byNumber.put(row.changeNumber, new OfAuthentication(name, row));
  }

  private void forgetDeletion(Object key) {
    Long deletion = deletions.remove(key);
    if (deletion != null) {
      byNumber.remove(deletion);
    }
  }

  void deleted(LaneRow lane) {
    byNumber.remove(lane.changeNumber);
    remember(lane.id, new OfWebhook(lane.id, null));
  }

  void deleted(AuthenticationRow row) {
    byNumber.remove(row.changeNumber);
    Name name = Name.of(row);
    remember(name, new OfAuthentication(name, null));
  }

  private void remember(Object key, Written deletion) {
    byNumber.put(++last, deletion);
    deletions.put(key, last);
    if (deletions.size() > DELETIONS) {
      Map.Entry<Object, Long> oldest = deletions.entrySet().iterator().next();
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
    List<Change> webhooks = new ArrayList<>();
    List<AuthenticationChange> names = new ArrayList<>();
    long reached = from;
    for (Map.Entry<Long, Written> entry : byNumber.tailMap(from, false).entrySet()) {
      if (webhooks.size() + names.size() == size) {
        return new Changes(webhooks, names, Cursors.write(LIST, reached), true);
      }
      if (entry.getValue() instanceof OfWebhook one) {
        webhooks.add(new Change(one.id(), one.lane() == null ? null : one.lane().stored));
      } else if (entry.getValue() instanceof OfAuthentication one) {
        names.add(change(one));
      }
      reached = entry.getKey();
    }
    return new Changes(webhooks, names, Cursors.write(LIST, reached), false);
  }

  private static AuthenticationChange change(OfAuthentication one) {
    AuthenticationRow row = one.row();
    return new AuthenticationChange(
        one.name().tenant(), one.name().name(), row == null ? null : row.stored);
  }
}
