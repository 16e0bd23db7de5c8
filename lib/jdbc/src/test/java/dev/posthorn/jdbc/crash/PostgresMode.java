package dev.posthorn.jdbc.crash;

import java.util.List;
import java.util.Random;

/** What happens where several processes share a server. */
enum PostgresMode implements Mode<PostgresCluster> {
  /** One node is killed. */
  NODE {
    @Override
    public boolean leavesOrders() {
      return true;
    }

    @Override
    public void strike(PostgresCluster cluster, Round<PostgresCluster> round) {
      round.killVictim();
      round.unfinished(cluster.rows().leased());
    }
  },

  /** The database is killed, and started again on what it has left. */
  DATABASE {
    @Override
    public void strike(PostgresCluster cluster, Round<PostgresCluster> round) {
      cluster.server.kill();
      cluster.server.restart();
      round.recovers();
      round.unfinished(cluster.size() * Agreement.IN_FLIGHT);
    }
  },

  /** One node is stopped for longer than its leases last, and goes on then. */
  PAUSE {
    @Override
    public void strike(PostgresCluster cluster, Round<PostgresCluster> round) {
      NodeProcess node = cluster.node(round.victim());
      node.pause();
      round.unfinished(cluster.rows().leased());
      round.awaitTakenOver();
      node.resume();
      round.victimIsLate();
    }
  },

  /** Half of all transactions are rolled back; some are open when their node is killed. */
  ROLLBACK {
    @Override
    public List<Order> orders(Random random, String prefix, int events, boolean victim) {
      return Order.transactions(random, prefix, events, victim ? Order.OPEN : 0);
    }

    @Override
    public boolean leavesOrders() {
      return true;
    }

    @Override
    public void strike(PostgresCluster cluster, Round<PostgresCluster> round) {
      NODE.strike(cluster, round);
    }
  }
}
