package dev.posthorn.jdbc.crash;

import java.util.List;
import java.util.Random;

/** What happens in a round. */
interface Mode<C extends Cluster> {
  String name();

  /** What a node is to publish. */
  default List<Order> orders(Random random, String prefix, int events, boolean victim) {
    return Order.mixed(random, prefix, events);
  }

  /** True if nobody finishes the orders of a node that was killed. */
  default boolean leavesOrders() {
    return false;
  }

  void strike(C cluster, Round<C> round);
}
