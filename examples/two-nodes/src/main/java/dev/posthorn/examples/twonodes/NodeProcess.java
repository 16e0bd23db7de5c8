package dev.posthorn.examples.twonodes;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** A {@link Node} in a process of its own. */
record NodeProcess(Process process) implements AutoCloseable {

  static NodeProcess start(String url, String name, Path target) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    File log = target.resolve("nodes.log").toFile();
    NodeProcess started =
        new NodeProcess(
            new ProcessBuilder(java, "-cp", classPath(), Node.class.getName(), url, name)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start());
    check("ready".equals(started.process.inputReader().readLine()), "it does not start");
    return started;
  }

  /** Under exec:java the classes come from a loader of Maven's, not from the JVM's class path. */
  private static String classPath() throws URISyntaxException {
    if (!(Node.class.getClassLoader() instanceof URLClassLoader maven)) {
      return System.getProperty("java.class.path");
    }
    StringJoiner paths = new StringJoiner(File.pathSeparator);
    for (URL url : maven.getURLs()) {
      paths.add(Path.of(url.toURI()).toString());
    }
    return paths.toString();
  }

  void publish(int events) throws IOException {
    process.outputWriter().write(events + "\n");
    process.outputWriter().flush();
  }

  /** As a SIGTERM would: the node's JVM ends by itself, and closes what has to be closed. */
  void end() throws IOException, InterruptedException {
    process.outputWriter().close();
    check(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
    check(process.exitValue() == 0, "it has failed");
  }

  @Override
  public void close() {
    process.destroyForcibly(); // unless it has ended
  }

  static Path target() throws URISyntaxException {
    URL classes = Node.class.getProtectionDomain().getCodeSource().getLocation();
    return Objects.requireNonNull(Path.of(classes.toURI()).getParent());
  }

  private static void check(boolean asItShouldBe, String otherwise) {
    if (!asItShouldBe) {
      throw new IllegalStateException("a node's process: " + otherwise + "; see target/nodes.log");
    }
  }
}
