package dev.posthorn.canary;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** Notes where a secret was shown: on standard output and error, and in every log. */
final class Watch {
  /**
   * What others log of their own side of the wire: a server in a test what it was sent, and the
   * platform what it does.
   */
  private static final List<String> OTHERS =
      List.of("mockwebserver3", "org.junit", "org.postgresql", "sun", "jdk", "java", "javax");

  private static final List<Logger> QUIET = new ArrayList<>();
  private static final List<String> LEAKS = new ArrayList<>();
  private static final List<WatchedStream> STREAMS = new ArrayList<>();
  private static boolean started;

  private Watch() {}

  /** Once for the whole JVM, since what is watched is the JVM's. */
  static synchronized void start() {
    if (started) {
      return;
    }
    started = true;
    System.setOut(watched("standard output", System.out));
    System.setErr(watched("standard error", System.err));
    for (String name : OTHERS) {
      Logger logger = Logger.getLogger(name);
      logger.setLevel(Level.INFO);
      QUIET.add(logger); // held, or its level would be forgotten
    }
    Logger root = Logger.getLogger("");
    root.setLevel(Level.ALL);
    root.addHandler(new WatchedRecords());
  }

  /** Notes it if the text holds a secret. */
  static void look(String where, String text) {
    String secret = Canary.in(text);
    if (secret != null) {
      synchronized (LEAKS) {
        LEAKS.add(where + " shows \"" + secret + "\": " + text.strip());
      }
    }
  }

  /** A text and a failure with all its causes and what it suppressed. */
  static void look(String where, String text, @Nullable Throwable failure) {
    look(where, failure == null ? text : text + "\n" + trace(failure));
  }

  /** What was noted since the last time. */
  static List<String> taken() {
    STREAMS.forEach(WatchedStream::lookNow);
    synchronized (LEAKS) {
      List<String> leaks = List.copyOf(LEAKS);
      LEAKS.clear();
      return leaks;
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private static PrintStream watched(String name, PrintStream original) {
    WatchedStream stream = new WatchedStream(name, original);
    STREAMS.add(stream);
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  private static final class WatchedRecords extends Handler {
    WatchedRecords() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord line) {
      String name = String.valueOf(line.getLoggerName());
      if (name.startsWith("mockwebserver3")) {
        return; // the receiver may say what it received
      }
      look("the log " + name, new SimpleFormatter().formatMessage(line), line.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
