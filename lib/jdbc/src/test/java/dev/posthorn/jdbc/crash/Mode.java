package dev.posthorn.jdbc.crash;

import java.util.List;
import java.util.Random;

/** What happens in a round. */
enum Mode {
  /** One node is killed. */
  NODE {
    @Override
    void strike(Cluster cluster, Round round) {
      cluster.node(round.victim()).kill();
      round.unfinished(cluster.rows.leased());
    }

    @Override
    void mend(Cluster cluster, Round round) {
      cluster.replace(round.victim());
    }
  },

  /** The database is killed, and started again on what it has left. */
  DATABASE {
    @Override
    void strike(Cluster cluster, Round round) {
      cluster.server.kill();
      cluster.server.restart();
      round.recovers();
      round.unfinished(cluster.size() * Agreement.IN_FLIGHT);
    }
  },

  /** One node is stopped for longer than its leases last, and goes on then. */
  PAUSE {
    @Override
    void strike(Cluster cluster, Round round) {
      NodeProcess node = cluster.node(round.victim());
      node.pause();
      round.unfinished(cluster.rows.leased());
      round.awaitTakenOver();
      node.resume();
      round.late(node.lateResults());
    }
  },

  /** Half of all transactions are rolled back; some are open when their node is killed. */
  ROLLBACK {
    private static final int OPEN = 3;

    @Override
    List<Order> orders(Random random, String prefix, int events, boolean victim) {
      return Order.transactions(random, prefix, events, Order.Kind.HANG, victim ? OPEN : 0);
    }

    @Override
    void strike(Cluster cluster, Round round) {
      NODE.strike(cluster, round);
    }

    @Override
    void mend(Cluster cluster, Round round) {
      NODE.mend(cluster, round);
    }
  };

  /** What a node is to publish. */
  List<Order> orders(Random random, String prefix, int events, boolean victim) {
    return Order.mixed(random, prefix, events);
  }

  /** True if a node that was killed cannot finish its orders. */
  boolean kills() {
    return this == NODE || this == ROLLBACK;
  }

  abstract void strike(Cluster cluster, Round round);

  /** Makes everything whole for the next round. */
  void mend(Cluster cluster, Round round) {}
}
