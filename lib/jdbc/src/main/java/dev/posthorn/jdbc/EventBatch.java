package dev.posthorn.jdbc;

import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.NewEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events that are added in one call.
 *
 * @param events as they were given
 * @param hashes one for each
 * @param firsts of each key the first one, in the order of the hashes, so that two publishers never
 *     wait for each other in a circle
 */
record EventBatch(List<NewEvent> events, List<EventHash> hashes, Map<EventHash, NewEvent> firsts) {

  static EventBatch of(List<NewEvent> events) {
    Map<EventHash, NewEvent> firsts = new TreeMap<>();
    List<EventHash> hashes = new ArrayList<>(events.size());
    for (NewEvent event : events) {
      EventHash hash = EventHash.of(event.key());
      hashes.add(hash);
      firsts.putIfAbsent(hash, event);
    }
    return new EventBatch(events, hashes, firsts);
  }

  /**
   * One answer per event.
   *
   * @param born what was stored
   * @param known the digests of those that were not stored because they were there
   */
  List<Added> answers(Map<EventHash, List<Born>> born, Map<EventHash, byte[]> known) {
    Map<EventHash, byte[]> there = new TreeMap<>(known);
    List<Added> answers = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      NewEvent event = events.get(i);
      EventHash hash = hashes.get(i);
      byte[] digest = there.get(hash);
      answers.add(
          digest == null
              ? new Added(event.key(), Status.NEW, born.getOrDefault(hash, List.of()))
              : known(event, digest));
      if (born.containsKey(hash)) { // the same event further on in this call
        there.putIfAbsent(hash, event.content().digest());
      }
    }
    return answers;
  }

  private static Added known(NewEvent event, byte[] there) {
    boolean same = Arrays.equals(there, event.content().digest());
    return new Added(event.key(), same ? Status.KNOWN : Status.CONFLICTING, List.of());
  }
}
