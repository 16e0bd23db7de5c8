package dev.posthorn.jdbc;

import java.nio.file.Path;

/** A store in an H2 file that is copied again and again, so that tests get at that. */
public final class CopiedH2 {
  private static final long SMALL = 2 << 20;

  private CopiedH2() {}

  /** Opens or makes the file, and its tables. */
  public static JdbcStore at(Path file) {
    return JdbcStore.h2(H2File.at(file, SMALL));
  }
}
