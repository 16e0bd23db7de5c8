package dev.posthorn.jdbc;

import java.nio.file.Path;
import java.time.Duration;

/** H2 in a file for one class of tests, which moves its clock. */
final class H2Database implements AutoCloseable {
  private final H2File file;
  private final MovedClock clock;

  H2Database(Path path) {
    file = H2File.at(path);
    clock = new MovedClock(new Database(file), Dialect.H2);
  }

  JdbcStore fresh() {
    return clock.fresh("drop all objects");
  }

  void pass(Duration time) {
    clock.pass(time);
  }

  @Override
  public void close() {
    file.close();
  }
}
