package dev.posthorn.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.memory.Model.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Reads page after page of what was given up, while other things happen between them. */
final class FailedWalk {
  private final Stored stored;
  private final Model model;
  private final Random random;
  private final Map<String, Long> atFirst = new HashMap<>();
  private final Set<String> read = new HashSet<>();
  private String cursor = "";

  FailedWalk(Stored stored, Model model, Random random) {
    this.stored = stored;
    this.model = model;
    this.random = random;
  }

  /** Reads the next page, or the first one of a new walk. */
  void step(String where) {
    if (cursor.isEmpty()) {
      read.clear();
      atFirst.clear();
      model.failed().forEach(row -> atFirst.put(row.id, ending(row)));
    }
    int size = 1 + random.nextInt(4);
    Page<Delivery> page =
        stored.store.history().failed(Tenant.DEFAULT, new Page.Request(cursor, size));
    assertTrue(page.items().size() <= size, where);
    for (Delivery one : page.items()) {
      String id = one.id().value();
      assertTrue(read.add(id), () -> where + ": " + id + " comes a second time");
    }
    cursor = page.next().orElse("");
    if (cursor.isEmpty()) {
      model.failed().stream()
          .filter(row -> Long.valueOf(ending(row)).equals(atFirst.get(row.id)))
          .forEach(row -> assertTrue(read.contains(row.id), () -> where + ": no " + row.id));
    } else {
      assertEquals(size, page.items().size(), where + ": only the last page is short");
    }
  }

  /** Differs after each replay. */
  private static long ending(Row row) {
    return row.endedAt * 1_000 + row.round;
  }
}
