package dev.posthorn.jdbc.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Events that a node is to publish in one way. */
record Order(Kind kind, List<String> ids) {
  /** How many transactions are open when a process is killed. */
  static final int OPEN = 3;

  private static final int BATCH = 10;

  /** How events are published. */
  enum Kind {
    PUBLISH,
    ALL,
    COMMIT,
    ROLLBACK,
    THROW,
    /** In a transaction that is open when the process ends. */
    HANG;

    /** False if the events must never be received. */
    boolean commits() {
      return this == PUBLISH || this == ALL || this == COMMIT;
    }
  }

  String line() {
    return kind + " " + String.join(" ", ids);
  }

  /** Orders of every kind that commits. */
  static List<Order> mixed(Random random, String prefix, int events) {
    return singlesAndBatches(random, List.of(Kind.PUBLISH, Kind.COMMIT), prefix, events);
  }

  private static List<Order> singlesAndBatches(
      Random random, List<Kind> singles, String prefix, int events) {
    List<Order> orders = new ArrayList<>();
    int made = 0;
    while (made < events) {
      boolean batch = random.nextInt(8) == 0;
      Kind kind = batch ? Kind.ALL : singles.get(random.nextInt(singles.size()));
      int size = kind == Kind.ALL ? Math.min(BATCH, events - made) : 1;
      orders.add(new Order(kind, ids(prefix, made, size)));
      made += size;
    }
    return orders;
  }

  /** Transactions, of which one half is rolled back; and among them some that stay open. */
  static List<Order> transactions(Random random, String prefix, int events, int open) {
    List<Order> orders = new ArrayList<>();
    for (int made = 0; made < events; made++) {
      int dice = random.nextInt(4);
      Kind kind = dice < 2 ? Kind.COMMIT : dice == 2 ? Kind.ROLLBACK : Kind.THROW;
      orders.add(new Order(kind, ids(prefix, made, 1)));
    }
    for (int made = events; made < events + open; made++) {
      orders.add(random.nextInt(orders.size()), new Order(Kind.HANG, ids(prefix, made, 1)));
    }
    return orders;
  }

  private static List<String> ids(String prefix, int from, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      ids.add(prefix + "-" + i);
    }
    return ids;
  }
}
