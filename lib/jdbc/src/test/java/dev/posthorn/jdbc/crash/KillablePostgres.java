package dev.posthorn.jdbc.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL that writes through to the disk, can be killed, and be started again. */
final class KillablePostgres implements AutoCloseable {
  private static final Duration AMPLE = Duration.ofSeconds(60);

  private final EmbeddedPostgres server;
  private final Path data;
  private final Path work;

  private KillablePostgres(EmbeddedPostgres server, Path data, Path work) {
    this.server = server;
    this.data = data;
    this.work = work;
  }

  static KillablePostgres start(String name) {
    Path data = NodeProcess.target().resolve("postgres-" + name);
    Path work = NodeProcess.target().resolve("postgres");
    try {
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(work.toFile())
              .setDataDirectory(data)
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .start();
      return new KillablePostgres(server, data, work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  /** SIGKILL to the server; what it has made it does away with itself. */
  void kill() {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
      Signals.send("KILL", pid);
      Patience.until(AMPLE, () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again on what it has left, as soon as its last process has gone. */
  void restart() {
    boolean started = Patience.until(AMPLE, () -> run(startCommand()) == 0);
    if (!started) {
      throw new IllegalStateException("the server does not start again: see " + log());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private Path log() {
    return data.resolveSibling(data.getFileName() + ".log");
  }

  private List<String> startCommand() {
    String options =
        "-p " + server.getPort() + " -c fsync=on -c synchronous_commit=on -c max_connections=300";
    return List.of(
        program("pg_ctl"), "-D", data.toString(), "-l", log().toString(), "-o", options, "-w",
        "start");
  }

  private String program(String name) {
    try (Stream<Path> versions = Files.list(work)) {
      return versions.findFirst().orElseThrow().resolve("bin").resolve(name).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int run(List<String> command) {
    try {
      return new ProcessBuilder(new ArrayList<>(command))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
