package dev.posthorn.examples.hosttests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java compiles, and its commands stand where people and machines look for them. */
class ReadmeTest {
  private static final Path README = Path.of("../../README.md");
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern COMMAND = Pattern.compile("(?m)^(?:mvn|java).*$");

  /** Declares what snippets use without making it; their own variables hide these. */
  private static final String AROUND_SNIPPET =
      """
      import dev.posthorn.*;
      import dev.posthorn.contract.*;
      import dev.posthorn.delivery.*;
      import dev.posthorn.jdbc.*;
      import dev.posthorn.receiver.*;
      import dev.posthorn.testing.*;
      import dev.posthorn.webhook.*;
      import io.cloudevents.CloudEvent;
      import java.io.InputStream;
      import java.nio.file.Path;
      import java.sql.Connection;
      import java.time.*;
      import java.util.*;
      import javax.sql.DataSource;
      import org.junit.jupiter.api.Test;
      import org.junit.jupiter.api.extension.RegisterExtension;
      import static org.junit.jupiter.api.Assertions.*;
      class Snippet {
        Posthorn posthorn;
        CloudEvent event;
        WebhookId id;
        String keyFromYourVault;
        String url;
        String token;
        String allowedRate;
        String method;
        Map<String, List<String>> headers;
        InputStream body;
        Queue<CloudEvent> jobs;
        DataSource dataSource;
        Order order;
        record Order(String number) {}
        void insertOrder(Connection connection, Order order) {}
        void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir Path classes;

  @Test
  void everyJavaSnippetCompiles() throws IOException {
    List<String> snippets = all(JAVA, readme()).map(snippet -> snippet.group(1)).toList();

    assertFalse(snippets.isEmpty());
    for (String snippet : snippets) {
      assertEquals("", errorsIn(snippet), () -> "in the README's\n" + snippet);
    }
  }

  @Test
  void aSnippetThatDoesNotCompileIsFound() {
    String errors = errorsIn("posthorn.publisher().send(event);");

    assertTrue(errors.contains("cannot find symbol"), errors);
  }

  @Test
  void codeStandsBeforeLineTwenty() throws IOException {
    List<String> lines = readme().lines().toList();

    assertTrue(lines.indexOf("```java") >= 0 && lines.indexOf("```java") < 19);
  }

  @Test
  void oneCommandRunsTheMainJobAndOneTheTests() throws IOException {
    assertEquals(
        List.of("mvn -q compile exec:java -pl examples/quickstart -am"),
        commandsIn(section("Quick start")));
    assertEquals(List.of("mvn -B verify"), commandsIn(section("Build and test")));
    assertEquals(2, commandsIn(readme()).size());
  }

  private String errorsIn(String snippet) {
    String source = AROUND_SNIPPET.formatted(snippet);
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    StringWriter errors = new StringWriter();
    boolean compiles = compiler.getTask(errors, null, null, options, null, List.of(file)).call();
    return compiles ? "" : "it does not compile: " + errors;
  }

  private static String section(String title) throws IOException {
    Pattern section = Pattern.compile("(?ms)^## " + title + "$(.*?)(?=^## )");
    return all(section, readme()).map(found -> found.group(1)).findFirst().orElseThrow();
  }

  private static List<String> commandsIn(String text) {
    return all(COMMAND, text).map(command -> command.group()).toList();
  }

  private static Stream<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static String readme() throws IOException {
    return Files.readString(README).replace("\r\n", "\n");
  }
}
