package dev.posthorn.jdbc.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link Node} in a process of its own, seen from here. */
final class NodeProcess implements AutoCloseable {
  private static final Duration AMPLE = Duration.ofSeconds(60);

  private final Process process;
  private final Writer orders;
  private final Book book;
  private final Thread reader;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private int late;

  private NodeProcess(Process process, Book book) {
    this.process = process;
    this.book = book;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.reader = new Thread(this::read, "crash-node-output");
    reader.setDaemon(true);
  }

  /** Starts a process that waits for {@link #begin}. */
  static NodeProcess launch(String place, Book book) {
    try {
      Path directory = Files.createDirectories(target().resolve("crash"));
      Path classPath = directory.resolve("class-path");
      Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"");
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx128m",
              "-XX:TieredStopAtLevel=1",
              "-Xshare:auto",
              "-XX:+UseSerialGC",
              "-Djava.io.tmpdir=" + directory,
              "@" + classPath,
              Node.class.getName(),
              place);
      Path log = directory.resolve("nodes.log");
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      NodeProcess started = new NodeProcess(builder.start(), book);
      started.reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path target() {
    return Path.of(System.getProperty("basedir", ""), "target").toAbsolutePath();
  }

  void begin() {
    send("begin");
  }

  void awaitReady() {
    answer("ready");
  }

  void order(List<Order> all) {
    all.forEach(order -> send(order.line()));
  }

  /** How many results of this node have come too late since this was asked; shows that it lives. */
  int newlyLate() {
    send("late");
    int before = late;
    late = Integer.parseInt(answer("late ").substring("late ".length()));
    return late - before;
  }

  /** True if nothing is pending. */
  boolean isDrained() {
    send("drain");
    return answer("drained ").equals("drained true");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. Returns when everything that it had said before is in the book. */
  void kill() {
    process.destroyForcibly();
    boolean dead = Patience.until(AMPLE, () -> !process.isAlive() && !reader.isAlive());
    if (!dead) {
      throw new IllegalStateException("process " + process.pid() + " outlives SIGKILL");
    }
  }

  void pause() {
    Signals.send("STOP", process.pid());
  }

  void resume() {
    Signals.send("CONT", process.pid());
  }

  @Override
  public void close() {
    kill();
  }

  private void send(String line) {
    try {
      orders.write(line + "\n");
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("process " + process.pid() + " takes no orders", e);
    }
  }

  private String answer(String begin) {
    try {
      String answer = answers.poll(AMPLE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null || !answer.startsWith(begin)) {
        throw new IllegalStateException(
            "process " + process.pid() + " should say \"" + begin + "\", but said: " + answer);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        if (!book.note(line)) {
          answers.add(line);
        }
        line = lines.readLine();
      }
    } catch (IOException killed) {
      answers.add("it was killed: " + killed);
    }
  }
}
