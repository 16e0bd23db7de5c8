package dev.posthorn.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.sql.DataSource;

/** A real PostgreSQL that writes through to the disk. */
final class PostgresServer implements AutoCloseable {
  private final EmbeddedPostgres server;

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  static PostgresServer start(String name) {
    Path target = Path.of(System.getProperty("basedir", ""), "target").toAbsolutePath();
    try {
      return new PostgresServer(
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(target.resolve("postgres").toFile())
              .setDataDirectory(target.resolve("postgres-" + name))
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DataSource source() {
    return server.getPostgresDatabase();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
