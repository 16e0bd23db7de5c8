package dev.posthorn.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** The hosts that a connection was made to, the most recent of them. Thread-safe. */
final class ProvenHosts {
  /** About a megabyte of names. A host that drops out proves itself again with the next success. */
  private static final int MOST = 10_000;

  private final Map<String, Boolean> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(String host) {
    recent.put(host, true);
  }

  synchronized void remove(String host) {
    recent.remove(host);
  }

  synchronized boolean contains(String host) {
    return recent.get(host) != null;
  }

  synchronized int size() {
    return recent.size();
  }
}
