package dev.posthorn.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Tries to hold a file, in a process of its own. */
final class LockTaker {
  static final int FREE = 10;
  static final int TAKEN = 11;

  private LockTaker() {}

  /** Ends with what it found. */
  public static void main(String[] args) {
    int found;
    try {
      FileHold.of(Path.of(args[0])).close();
      found = FREE;
    } catch (IOException refused) {
      found = TAKEN;
    }
    System.exit(found);
  }

  static int tryInAnotherProcess(Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockTaker.class.getName(),
                file.toString())
            .inheritIO()
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the other process does not end");
    }
    return process.exitValue();
  }
}
