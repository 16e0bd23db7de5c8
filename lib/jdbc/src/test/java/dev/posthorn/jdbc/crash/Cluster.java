package dev.posthorn.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import dev.posthorn.Posthorn;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;

/** Two nodes, one database, one receiver; and a process that is ready to become a node. */
final class Cluster implements AutoCloseable {
  private static final int SLOWEST_MILLIS = 40;

  final KillablePostgres server;
  final Receiver receiver;
  final Book book = new Book();
  final Rows rows;
  private final HikariDataSource pool;
  private final NodeProcess[] nodes = new NodeProcess[2];
  private NodeProcess spare;

  private Cluster(KillablePostgres server, Receiver receiver) {
    this.server = server;
    this.receiver = receiver;
    this.pool = Node.pool(server.url());
    this.rows = new Rows(pool);
    this.spare = NodeProcess.launch(server.url(), book);
  }

  static Cluster start(long seed) {
    KillablePostgres server = KillablePostgres.start("crash");
    Cluster cluster = new Cluster(server, Receiver.start(seed, SLOWEST_MILLIS));
    cluster.register();
    for (int i = 0; i < cluster.nodes.length; i++) {
      cluster.replace(i);
    }
    return cluster;
  }

  private void register() {
    try (Posthorn posthorn = Node.builder(pool).build()) {
      for (int lane = 0; lane < Agreement.LANES; lane++) {
        posthorn
            .registry()
            .register(
                WebhookSpec.to(receiver.url(lane))
                    .id(Agreement.webhook(lane))
                    .events(Agreement.type(lane)));
      }
    }
  }

  NodeProcess node(int number) {
    return nodes[number];
  }

  int size() {
    return nodes.length;
  }

  /** Another process takes the place of one that has been killed. */
  void replace(int number) {
    nodes[number] = spare.begin();
    spare = NodeProcess.launch(server.url(), book);
  }

  @Override
  public void close() throws IOException {
    spare.close();
    for (NodeProcess node : nodes) {
      node.close();
    }
    pool.close();
    receiver.close();
    server.close();
  }
}
