package dev.posthorn.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;

/** Two nodes on a PostgreSQL that can be killed. */
final class PostgresCluster extends Cluster {
  private static final String ACTIVITY =
      "select pid, state, clock_timestamp() - coalesce(state_change, backend_start),"
          + " 'blocked by', pg_blocking_pids(pid), left(query, 120)"
          + " from pg_stat_activity where backend_type = 'client backend'";

  final KillablePostgres server;
  private final HikariDataSource pool;
  private final Rows rows;

  private PostgresCluster(KillablePostgres server, long seed) {
    super(server.url(), 2, seed);
    this.server = server;
    this.pool = Access.pool(server.url());
    this.rows = new Rows(pool);
  }

  static PostgresCluster start(long seed) {
    PostgresCluster cluster = new PostgresCluster(KillablePostgres.start("crash"), seed);
    cluster.register();
    return cluster;
  }

  @Override
  Rows rows() {
    return rows;
  }

  @Override
  boolean nothingPending() {
    return rows.nothingPending();
  }

  @Override
  String activity() {
    return String.join("\n", rows.texts(ACTIVITY));
  }

  @Override
  public void close() throws IOException {
    super.close();
    pool.close();
    server.close();
  }
}
