package dev.posthorn.jdbc.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL that writes through to the disk, can be killed, and be started again. */
final class KillablePostgres implements AutoCloseable {
  private static final Duration AMPLE = Duration.ofSeconds(60);

  private final Path data;
  private final int port;
  private EmbeddedPostgres server;

  private KillablePostgres(Path data, EmbeddedPostgres server) {
    this.data = data;
    this.server = server;
    this.port = server.getPort();
  }

  static KillablePostgres start(String name) {
    Path data = NodeProcess.target().resolve("postgres-" + name);
    try {
      remove(data);
      return new KillablePostgres(data, start(data, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmbeddedPostgres start(Path data, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(NodeProcess.target().resolve("postgres").toFile())
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setPort(port)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  /** SIGKILL to the server. Returns when the processes that it had made have ended themselves. */
  void kill() {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
      ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
      List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
      all.add(postmaster);
      Signals.send("KILL", pid);
      if (!Patience.until(AMPLE, () -> all.stream().noneMatch(ProcessHandle::isAlive))) {
        throw new IllegalStateException("the server's processes outlive it: " + all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again on what it has left, at the same port. */
  void restart() {
    try {
      server.close(); // lets go of the directory
      server = start(data, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    remove(data);
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
