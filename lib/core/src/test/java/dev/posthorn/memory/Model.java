package dev.posthorn.memory;

import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EndReason;
import dev.posthorn.delivery.Replayed;
import dev.posthorn.store.Claims;
import dev.posthorn.store.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The same store in the plainest way: lists that are searched from end to end, in seconds. */
final class Model {
  static final class Row {
    final String id;
    final String event;
    final String lane;
    final long maxAge;
    DeliveryState state = DeliveryState.PENDING;
    @Nullable EndReason ended;
    long endedAt;
    boolean leased;
    long fence;
    long due;
    long dueBefore;
    long began;
    int round = 1;
    int attempts;
    int lapses;

    Row(String id, String event, String lane, long maxAge) {
      this.id = id;
      this.event = event;
      this.lane = lane;
      this.maxAge = maxAge;
    }

    boolean pending() {
      return state == DeliveryState.PENDING;
    }
  }

  static final class Lane {
    boolean held;
    long gatedUntil;
    long turn;
  }

  record Claimed(List<Row> rows, long more) {}

  final List<Row> rows = new ArrayList<>();
  final List<Row> ended = new ArrayList<>();
  final Map<String, Lane> lanes = new HashMap<>();
  final List<String> order = new ArrayList<>();
  final int capacity;
  long now;
  private long turns;

  Model(int capacity) {
    this.capacity = capacity;
  }

  long pendingOf(String lane) {
    return rows.stream().filter(row -> row.lane.equals(lane) && row.pending()).count();
  }

  boolean knows(String event) {
    return rows.stream().anyMatch(row -> row.event.equals(event));
  }

  /** Returns false if it does not fit. */
  boolean add(String event, String ids, List<String> to, long maxAge, boolean claimed, long lease) {
    if (knows(event)) {
      return true;
    }
    List<String> there = to.stream().filter(lanes::containsKey).toList();
    int excess = rows.size() + there.size() - capacity;
    if (excess > ended.size()) {
      return false;
    }
    for (int i = 0; i < excess; i++) {
      rows.remove(ended.remove(0));
    }
    for (String name : there) {
      Row row = new Row(ids + "-" + name, event, name, maxAge);
      Lane lane = lane(name);
      row.began = now;
      row.dueBefore = now;
      row.due = now;
      if (pendingOf(name) >= Math.max(1, capacity / 10)) {
        end(row, DeliveryState.DISCARDED, EndReason.QUOTA);
      } else if (claimed && !lane.held && lane.gatedUntil <= now) {
        row.leased = true;
        row.fence = 1;
        row.due = now + lease;
      }
      rows.add(row);
    }
    return true;
  }

  Lane lane(String name) {
    Lane lane = lanes.get(name);
    if (lane == null) {
      throw new AssertionError("no lane " + name);
    }
    return lane;
  }

  Claimed claim(int max, int perLane, Map<String, Integer> room, long lease) {
    List<Row> granted = new ArrayList<>();
    Set<String> full = new HashSet<>();
    boolean cut = false;
    List<String> ready =
        order.stream()
            .filter(name -> readyAt(name) <= now)
            .sorted(Comparator.comparingLong(name -> lane(name).turn))
            .toList();
    for (String name : ready) {
      int places = room.getOrDefault(name, perLane);
      if (places > 0 && granted.size() >= max) {
        cut = true;
      } else if (places > 0) {
        int before = granted.size();
        while (granted.size() < max && granted.size() - before < places && readyAt(name) <= now) {
          granted.add(lease(oldest(name), lease));
        }
        lane(name).turn = ++turns;
        if (granted.size() - before >= places) {
          full.add(name);
        } else {
          cut |= readyAt(name) <= now;
        }
      }
    }
    long soonest = Long.MAX_VALUE;
    for (String name : order) {
      if (!full.contains(name) && room.getOrDefault(name, perLane) > 0) {
        soonest = Math.min(soonest, readyAt(name));
      }
    }
    long never = Claims.NEVER.toSeconds();
    return new Claimed(granted, cut ? 0 : soonest == Long.MAX_VALUE ? never : soonest - now);
  }

  private Row lease(Row row, long lease) {
    row.lapses += row.leased ? 1 : 0;
    row.leased = true;
    row.fence++;
    row.dueBefore = row.due;
    row.due = now + lease;
    return row;
  }

  private Row oldest(String lane) {
    return rows.stream()
        .filter(row -> row.lane.equals(lane) && row.pending())
        .min(Comparator.comparingLong(row -> row.due))
        .orElseThrow();
  }

  private long readyAt(String name) {
    boolean waits = pendingOf(name) > 0 && !lane(name).held;
    return waits ? Math.max(oldest(name).due, lane(name).gatedUntil) : Long.MAX_VALUE;
  }

  void finish(Row row, long fence, Next next) {
    if (!rows.contains(row) || !row.leased || row.fence != fence) {
      return;
    }
    row.leased = false;
    if (next instanceof Next.GivenBack) {
      row.due = row.dueBefore;
      return;
    }
    row.attempts++;
    row.lapses = 0;
    if (next instanceof Next.DueIn retry) {
      row.due = now + retry.delay().toSeconds();
    } else if (next instanceof Next.Exhausted exhausted) {
      end(row, DeliveryState.EXHAUSTED, exhausted.reason());
    } else {
      end(row, DeliveryState.DELIVERED, null);
    }
  }

  void end(Row row, DeliveryState state, @Nullable EndReason reason) {
    row.state = state;
    row.ended = reason;
    row.endedAt = now;
    row.leased = false;
    ended.add(row);
  }

  int each(int limit, Predicate<Row> change) {
    int changed = 0;
    for (Row row : List.copyOf(rows)) {
      if (changed < limit && change.test(row)) {
        changed++;
      }
    }
    return changed;
  }

  boolean requeue(Row row) {
    if (row.pending()) {
      boolean waits = !row.leased && row.due > now;
      row.due = waits ? now : row.due;
      return waits;
    }
    if (pendingOf(row.lane) >= Math.max(1, capacity / 10)) {
      return false;
    }
    ended.remove(row);
    row.state = DeliveryState.PENDING;
    row.ended = null;
    row.round++;
    row.attempts = 0;
    row.lapses = 0;
    row.due = now;
    row.began = now;
    return true;
  }

  /** Those that were given up, the last first. */
  List<Row> failed() {
    List<Row> newestFirst = new ArrayList<>(rows);
    Collections.reverse(newestFirst);
    return newestFirst.stream()
        .filter(row -> row.state == DeliveryState.EXHAUSTED && row.ended != EndReason.TEST)
        .sorted(Comparator.comparingLong((Row row) -> row.endedAt).reversed())
        .toList();
  }

  Replayed requeueFailed(String name, long since, long until, int limit) {
    List<Row> firstFirst = new ArrayList<>(failed());
    Collections.reverse(firstFirst);
    firstFirst.removeIf(
        row -> !row.lane.equals(name) || row.endedAt < since || row.endedAt >= until);
    int count = 0;
    while (count < Math.min(limit, firstFirst.size())) {
      if (!requeue(firstFirst.get(count))) {
        return new Replayed(count, true);
      }
      count++;
    }
    return new Replayed(count, false);
  }

  /** Keeps a test event's delivery as ended; false if it does not fit. */
  boolean keepTest(String id, String name, boolean accepted) {
    if (!lanes.containsKey(name)) {
      return true;
    }
    if (rows.size() + 1 > capacity && ended.isEmpty()) {
      return false;
    }
    if (rows.size() + 1 > capacity) {
      rows.remove(ended.remove(0));
    }
    Row row = new Row(id + "-" + name, id, name, 1);
    row.attempts = 1;
    end(
        row,
        accepted ? DeliveryState.DELIVERED : DeliveryState.EXHAUSTED,
        accepted ? null : EndReason.TEST);
    rows.add(row);
    return true;
  }

  boolean unclaimed(Row row) {
    return row.pending() && !(row.leased && row.due > now);
  }

  boolean discard(Row row) {
    boolean ends = unclaimed(row);
    if (ends) {
      end(row, DeliveryState.DISCARDED, EndReason.DISCARDED_BY_OWNER);
    }
    return ends;
  }

  boolean remove(Row row) {
    return !row.pending() && ended.remove(row) && rows.remove(row);
  }

  boolean expire(Row row) {
    boolean ends = unclaimed(row) && now - row.began > row.maxAge;
    if (ends) {
      end(row, DeliveryState.EXHAUSTED, EndReason.EXPIRED);
    }
    return ends;
  }

  void delete(String name) {
    lanes.remove(name);
    order.remove(name);
    rows.removeIf(row -> row.lane.equals(name));
    ended.removeIf(row -> row.lane.equals(name));
  }

  static Duration seconds(long value) {
    return Duration.ofSeconds(value);
  }
}
