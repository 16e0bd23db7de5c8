package dev.posthorn.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a file for one holder in all processes, by a lock on another one that stands beside it and
 * stays there, empty. The operating system takes the lock from a process that ends.
 */
final class FileHold implements AutoCloseable {
  private static final String ENDING = ".lock";

  private final FileChannel locked;

  private FileHold(FileChannel locked) {
    this.locked = locked;
  }

  /**
   * For a file in a directory that is there. Not to be tried where this process may hold it
   * already: on POSIX systems, whoever closes a file loses all locks that the process has on it.
   *
   * @throws IOException if the file has a holder, or cannot be locked
   */
  static FileHold of(Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ENDING);
    FileChannel channel =
        FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      held = channel.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      // not held
    } finally {
      if (!held) {
        channel.close();
      }
    }
    if (!held) {
      throw new IOException(beside + " is locked");
    }
    return new FileHold(channel);
  }

  @Override
  public void close() throws IOException {
    locked.close();
  }
}
