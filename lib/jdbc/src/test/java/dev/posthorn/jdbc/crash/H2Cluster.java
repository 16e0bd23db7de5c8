package dev.posthorn.jdbc.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.h2.jdbcx.JdbcDataSource;

/** One node, since H2 serves one process, and its file. */
final class H2Cluster extends Cluster {
  private final Path file;

  private H2Cluster(Path file, String place, long seed) {
    super(place, 1, seed);
    this.file = file;
  }

  static H2Cluster onFile(String name, long seed) {
    Path file = fresh(name);
    return started(new H2Cluster(file, file.toString(), seed));
  }

  private static Path fresh(String name) {
    try {
      Path file = Files.createDirectories(NodeProcess.target().resolve("crash")).resolve(name);
      Files.deleteIfExists(stored(file));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static H2Cluster started(H2Cluster cluster) {
    cluster.register();
    return cluster;
  }

  private static Path stored(Path file) {
    return file.resolveSibling(file.getFileName() + ".mv.db");
  }

  /**
   * Reads a copy of what the process has left, so that it is the next process that has to put the
   * file right.
   */
  @Override
  Rows rows() {
    node(0).kill();
    Path copy = file.resolveSibling(file.getFileName() + "-left");
    try {
      Files.copy(stored(file), stored(copy), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:" + copy + ";IFEXISTS=TRUE;MAX_COMPACT_TIME=0");
    source.setUser("sa");
    return new Rows(source);
  }

  @Override
  boolean nothingPending() {
    return node(0).isDrained();
  }

  /** The process that could tell is killed before its file is read. */
  @Override
  String activity() {
    return "";
  }
}
