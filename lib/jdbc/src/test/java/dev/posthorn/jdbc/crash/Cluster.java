package dev.posthorn.jdbc.crash;

import dev.posthorn.Posthorn;
import dev.posthorn.webhook.WebhookSpec;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nodes that share their tables, one receiver; and a process that is ready to become a node. */
abstract class Cluster implements AutoCloseable {
  private static final int SLOWEST_MILLIS = 40;

  final Receiver receiver;
  final Book book = new Book();
  private final String place;
  private final @Nullable NodeProcess[] nodes;
  private NodeProcess spare;

  /**
   * With nodes that do not run yet.
   *
   * @param place where the tables are, as {@link Access#to} takes it
   */
  Cluster(String place, int nodes, long seed) {
    this.place = place;
    this.nodes = new NodeProcess[nodes];
    this.receiver = Receiver.start(seed, SLOWEST_MILLIS);
    this.spare = NodeProcess.launch(place, book);
  }

  final void register() {
    try (Access access = Access.to(place);
        Posthorn posthorn = access.posthorn().build()) {
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

  /** What stands in the tables. Where one process has them alone, it is killed for that. */
  abstract Rows rows();

  abstract boolean nothingPending();

  /** What the database is doing, for a person. */
  abstract String activity();

  final NodeProcess node(int number) {
    return Objects.requireNonNull(nodes[number], "not begun");
  }

  final int size() {
    return nodes.length;
  }

  /** Begins those that do not run. */
  final void complete() {
    for (int i = 0; i < nodes.length; i++) {
      NodeProcess node = nodes[i];
      if (node == null || !node.isAlive()) {
        replace(i);
      }
    }
  }

  /** Another process takes the place of one that has been killed. */
  final void replace(int number) {
    begin(number).awaitReady();
  }

  /** The same, without waiting until it works. */
  final NodeProcess begin(int number) {
    NodeProcess next = spare;
    nodes[number] = next;
    next.begin();
    spare = NodeProcess.launch(place, book);
    return next;
  }

  @Override
  public void close() throws IOException {
    spare.close();
    for (NodeProcess node : nodes) {
      if (node != null) {
        node.close();
      }
    }
    receiver.close();
  }
}
