package dev.posthorn.jdbc.crash;

import java.util.List;
import java.util.Random;

/** What happens where one process has a file alone. */
enum H2Mode implements Mode<H2Cluster> {
  /** The process is killed; another one goes on with its file and its orders. */
  H2 {
    @Override
    public List<Order> orders(Random random, String prefix, int events, boolean victim) {
      return Order.mixed(random, prefix, events);
    }
  },

  /** The same, where the host has transactions of its own, and half of them are rolled back. */
  H2_ROLLBACK {
    @Override
    public List<Order> orders(Random random, String prefix, int events, boolean victim) {
      return Order.transactions(random, prefix, events, 0);
    }
  };

  /** In half of all rounds, the process that is to go on is killed while it gets up. */
  @Override
  public void strike(H2Cluster cluster, Round<H2Cluster> round) {
    round.killVictim();
    look(cluster, round);
    if (round.tosses()) {
      NodeProcess next = cluster.begin(0);
      round.linger(Agreement.LEASE.dividedBy(2));
      next.kill();
      look(cluster, round);
    }
    round.recovers();
    cluster.replace(0);
    round.orderAgain();
  }

  private static void look(H2Cluster cluster, Round<H2Cluster> round) {
    Rows left = cluster.rows();
    round.unfinished(left.leased());
    round.expectStored(left);
  }
}
