package dev.posthorn.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets Jazzer loose on each target, in a JVM of its own, for {@code fuzz.seconds}. What it finds
 * ends the build; the input lies in {@code target/fuzz}, and belongs among the seeds.
 */
@EnabledIfSystemProperty(named = "fuzz.seconds", matches = "[1-9][0-9]*")
class JazzerTest {
  private static final Pattern EXECUTIONS = Pattern.compile("number_of_executed_units: (\\d+)");

  @ParameterizedTest
  @EnumSource(Target.class)
  void findsNothing(Target target) throws Exception {
    long seconds = Long.getLong("fuzz.seconds");
    Path home = Path.of(Objects.requireNonNull(System.getProperty("fuzz.directory")));
    Path directory = Files.createDirectories(home.resolve(target.title()));
    Process jazzer =
        new ProcessBuilder(command(target, seconds, corpus(directory, target)))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(jazzer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Files.writeString(directory.resolve("log.txt"), said);
    assertEquals(0, jazzer.waitFor(), said);
    Matcher executed = EXECUTIONS.matcher(said);
    assertTrue(executed.find(), said);
    long executions = Long.parseLong(executed.group(1));
    System.out.printf(
        "fuzz: target=%s executions=%d per_second=%d%n",
        target.title(), executions, executions / seconds);
    assertTrue(executions > target.seeds().size(), "it did not begin: " + said);
  }

  private static List<String> command(Target target, long seconds, Path corpus) {
    return List.of(
        new File(System.getProperty("java.home"), "bin/java").getPath(),
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.type().getName(),
        "--instrumentation_includes=dev.posthorn.**",
        "--jvm_args=-Xmx768m",
        "-max_total_time=" + seconds,
        "-max_len=4096",
        "-print_final_stats=1",
        corpus.toString());
  }

  /** What was found in earlier runs stays there, until {@code mvn clean}. */
  private static Path corpus(Path directory, Target target) throws IOException {
    Path corpus = Files.createDirectories(directory.resolve("corpus"));
    int number = 0;
    for (byte[] seed : target.seeds()) {
      Files.write(corpus.resolve("seed-" + number++), seed);
    }
    return corpus;
  }
}
