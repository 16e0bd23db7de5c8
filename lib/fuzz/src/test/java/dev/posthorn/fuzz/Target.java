package dev.posthorn.fuzz;

import dev.posthorn.exchange.RetryAfterFuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What is fuzzed, and the inputs to begin with. */
@SuppressWarnings("ImmutableEnumChecker") // method references without state
enum Target {
  /** The URL policy. */
  URL("url", UrlFuzz.class, UrlFuzz::fuzzerTestOneInput),
  /** Answers that ask for a pause. */
  RETRY_AFTER("retry-after", RetryAfterFuzz.class, RetryAfterFuzz::fuzzerTestOneInput),
  /** The receiver's side of each preset. */
  RECEIVER("receiver", ReceiverFuzz.class, ReceiverFuzz::fuzzerTestOneInput);

  private final String title;
  private final Class<?> type;
  private final Consumer<byte[]> run;

  Target(String title, Class<?> type, Consumer<byte[]> run) {
    this.title = title;
    this.type = type;
    this.run = run;
  }

  String title() {
    return title;
  }

  Class<?> type() {
    return type;
  }

  void run(byte[] input) {
    run.accept(input);
  }

  /** Those of the file, one for each line, and for receivers what each preset signs. */
  List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (String line : lines()) {
      if (!line.isEmpty() && !line.startsWith("// ")) {
        seeds.add(unescaped(line).getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    if (this == RECEIVER) {
      Preset.ALL.forEach(preset -> preset.seeds().forEach(seed -> seeds.add(seed.bytes())));
    }
    return seeds;
  }

  private List<String> lines() {
    try {
      URL file = Objects.requireNonNull(Target.class.getResource("/seeds/" + title + ".txt"));
      return Files.readAllLines(Path.of(file.toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code \n} and {@code \xHH} are bytes. */
  private static String unescaped(String line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      if (line.startsWith("\\x", i)) {
        text.append((char) Integer.parseInt(line, i + 2, i + 4, 16));
        i += 3;
      } else if (line.startsWith("\\n", i)) {
        text.append('\n');
        i += 1;
      } else {
        text.append(line.charAt(i));
      }
    }
    return text.toString();
  }
}
