package dev.posthorn.canary;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Passes everything on, and looks at each line. */
final class WatchedStream extends OutputStream {
  private static final int LONGEST = 1 << 16;

  private final String name;
  private final OutputStream original;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  WatchedStream(String name, OutputStream original) {
    this.name = name;
    this.original = original;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    original.write(b);
    line.write(b);
    if (b == '\n' || line.size() > LONGEST) {
      lookNow();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    original.write(bytes, offset, length);
    line.write(bytes, offset, length);
    boolean ends = length > 0 && bytes[offset + length - 1] == '\n';
    if (ends || line.size() > LONGEST) {
      lookNow();
    }
  }

  /** Also at a line that has not ended. */
  synchronized void lookNow() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    Watch.look(name, text);
  }

  @Override
  public void flush() throws IOException {
    original.flush();
  }
}
