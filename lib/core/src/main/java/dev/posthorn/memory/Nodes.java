package dev.posthorn.memory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names under which something has claimed; all live as long as the store, so none is dead. */
final class Nodes {
  private static final int MOST = 100;

  private final Set<String> names = new LinkedHashSet<>();

  void seen(String name) {
    if (names.size() < MOST) {
      names.add(name);
    }
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
