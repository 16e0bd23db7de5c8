package dev.posthorn.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A PostgreSQL of its own that writes through to the disk, and a pool of connections. */
record Database(EmbeddedPostgres server, HikariDataSource pool) implements AutoCloseable {

  static Database start(String name, int connections) throws IOException {
    Path target = Path.of("lib/benchmarks/target").toAbsolutePath();
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(target.resolve("postgres").toFile())
            // a directory of this run: one that was killed leaves its own locked
            .setDataDirectory(
                target.resolve("postgres-" + name + "-" + ProcessHandle.current().pid()))
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_wal_size", "4GB")
            .start();
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.getPostgresDatabase());
    config.setMaximumPoolSize(connections);
    return new Database(server, new HikariDataSource(config));
  }

  void execute(String sql) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    pool.close();
    server.close();
  }
}
