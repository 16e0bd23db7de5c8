package dev.posthorn.arrows;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the code of the module it runs in to the arrows drawn in {@code
 * src/test/resources/arrows.txt}.
 *
 * <p>The drawing knows three kinds of lines:
 *
 * <pre>
 * # a comment
 * dev.posthorn.a -> dev.posthorn.b dev.posthorn.c
 * external okhttp3. only dev.posthorn.http
 * </pre>
 *
 * <p>An arrow says that code of the package on the left may use the packages on the right; every
 * use has to be drawn, and every drawn arrow has to be used. An {@code external} line says that
 * names which start with a prefix may appear in the named packages only.
 */
class ArrowsTest {
  private static final Set<String> VAGUE =
      Set.of("util", "helper", "helpers", "common", "internal", "impl", "spi");

  private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");
  private static final Pattern QUALIFIED =
      Pattern.compile("(?<![\\w$.])(dev\\.posthorn(?:\\.[a-z_][\\w$]*)*)\\.([A-Z][\\w$]*)");
  private static final Pattern WILDCARD =
      Pattern.compile("\\bimport\\s+(dev\\.posthorn(?:\\.[a-z_][\\w$]*)*)\\.\\*\\s*;");
  private static final Pattern IMPORT =
      Pattern.compile(
          "\\bimport\\s+(?:static\\s+)?[\\w$.]*?\\.([A-Z][\\w$]*)(?:\\.[\\w$.*]+)?\\s*;");
  private static final Pattern NESTED =
      Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Za-z_$][\\w$]*)");
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*|[{}();@]");

  @Test
  void theCodeFollowsTheArrows() throws IOException {
    List<String> faults = check(Path.of(System.getProperty("basedir", "")));
    assertTrue(faults.isEmpty(), () -> "\n" + String.join("\n", faults) + "\n");
  }

  /** Returns what is wrong with the module in a directory, one line for each fault. */
  static List<String> check(Path module) throws IOException {
    Path root = module.resolve("src/main/java");
    Path drawing = module.resolve("src/test/resources/arrows.txt");
    if (!Files.isDirectory(root)) {
      return List.of("no sources: " + root);
    }
    if (!Files.isRegularFile(drawing)) {
      return List.of("no arrows are drawn: " + drawing);
    }
    List<String> faults = new ArrayList<>();
    Drawing drawn = Drawing.read(Files.readAllLines(drawing), faults);
    List<Source> sources = sources(root);
    if (sources.isEmpty()) {
      faults.add("no sources: " + root);
    }
    checkPackages(sources, faults);
    checkJavadoc(sources, faults);
    checkExternals(sources, drawn, faults);
    Map<String, Map<String, String>> files = fileArrows(sources);
    checkCycles("file cycle", files, faults);
    Map<String, Map<String, String>> packages = packageArrows(sources);
    checkCycles("package cycle", packages, faults);
    checkDrawn(packages, drawn, faults);
    return faults;
  }

  private static List<Source> sources(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      List<Source> sources = new ArrayList<>();
      for (Path path : walk.filter(p -> p.toString().endsWith(".java")).sorted().toList()) {
        if (!path.endsWith("module-info.java")) {
          String name = root.relativize(path).toString().replace('\\', '/');
          sources.add(Source.parse(name, Files.readString(path)));
        }
      }
      return sources;
    }
  }

  private static void checkPackages(List<Source> sources, List<String> faults) {
    Set<String> packages = new TreeSet<>();
    Set<String> described = new HashSet<>();
    for (Source source : sources) {
      packages.add(source.pack());
      if (source.isPackageInfo()) {
        described.add(source.pack());
      }
    }
    for (String name : packages) {
      if (!described.contains(name)) {
        faults.add("no package-info.java: package " + name);
      }
      for (String segment : name.split("\\.", -1)) {
        if (VAGUE.contains(segment)) {
          faults.add("a name that says nothing (" + segment + "): package " + name);
        }
      }
    }
  }

  private static void checkJavadoc(List<Source> sources, List<String> faults) {
    for (Source source : sources) {
      for (Type type : source.types()) {
        if (type.isPublic() && !type.documented()) {
          faults.add("no Javadoc: public type " + type.name() + " in " + source.name());
        }
      }
    }
  }

  private static void checkExternals(List<Source> sources, Drawing drawn, List<String> faults) {
    drawn
        .externals()
        .forEach(
            (prefix, allowed) -> {
              Pattern use = Pattern.compile("(?<![\\w$.])" + Pattern.quote(prefix));
              for (Source source : sources) {
                if (!allowed.contains(source.pack()) && use.matcher(source.code()).find()) {
                  faults.add(
                      "external name out of place: "
                          + source.name()
                          + " uses "
                          + prefix
                          + " which is drawn for "
                          + (allowed.isEmpty() ? "no package" : String.join(" ", allowed))
                          + " only");
                }
              }
            });
  }

  private static void checkDrawn(
      Map<String, Map<String, String>> used, Drawing drawn, List<String> faults) {
    used.forEach(
        (from, targets) ->
            targets.forEach(
                (to, why) -> {
                  if (!drawn.arrows().getOrDefault(from, Set.of()).contains(to)) {
                    faults.add("arrow not drawn: " + from + " -> " + to + " (" + why + ")");
                  }
                }));
    drawn
        .arrows()
        .forEach(
            (from, targets) -> {
              for (String to : targets) {
                if (!used.getOrDefault(from, Map.of()).containsKey(to)) {
                  faults.add("stale arrow, drawn but not used: " + from + " -> " + to);
                }
              }
            });
  }

  /** Which package uses which, and through which file. */
  private static Map<String, Map<String, String>> packageArrows(List<Source> sources) {
    Map<String, Map<String, String>> arrows = new TreeMap<>();
    for (Source source : sources) {
      Map<String, String> from = arrows.computeIfAbsent(source.pack(), k -> new TreeMap<>());
      Matcher type = QUALIFIED.matcher(source.code());
      while (type.find()) {
        from.putIfAbsent(type.group(1), source.name() + " uses " + type.group(2));
      }
      Matcher wildcard = WILDCARD.matcher(source.code());
      while (wildcard.find()) {
        from.putIfAbsent(wildcard.group(1), source.name() + " imports all of it");
      }
      from.remove(source.pack());
    }
    return arrows;
  }

  /** Which file uses which, and through which type. */
  private static Map<String, Map<String, String>> fileArrows(List<Source> sources) {
    Map<String, Map<String, String>> homes = new HashMap<>();
    for (Source source : sources) {
      for (Type type : source.types()) {
        homes.computeIfAbsent(source.pack(), k -> new HashMap<>()).put(type.name(), source.name());
      }
    }
    Map<String, Map<String, String>> arrows = new TreeMap<>();
    for (Source source : sources) {
      Map<String, String> from = arrows.computeIfAbsent(source.name(), k -> new TreeMap<>());
      Matcher type = QUALIFIED.matcher(source.code());
      while (type.find()) {
        String home = homes.getOrDefault(type.group(1), Map.of()).get(type.group(2));
        if (home != null) {
          from.putIfAbsent(home, type.group(2));
        }
      }
      Set<String> visible = new LinkedHashSet<>(List.of(source.pack()));
      Matcher wildcard = WILDCARD.matcher(source.code());
      while (wildcard.find()) {
        visible.add(wildcard.group(1));
      }
      for (String simple : source.simpleNames()) {
        for (String pack : visible) {
          String home = homes.getOrDefault(pack, Map.of()).get(simple);
          if (home != null) {
            from.putIfAbsent(home, simple);
            break;
          }
        }
      }
      from.remove(source.name());
    }
    return arrows;
  }

  /** Reports one cycle for each group of nodes that reach each other. */
  private static void checkCycles(
      String kind, Map<String, Map<String, String>> arrows, List<String> faults) {
    Set<String> reported = new HashSet<>();
    for (String start : arrows.keySet()) {
      if (reported.contains(start)) {
        continue;
      }
      List<String> cycle = shortestCycle(start, arrows);
      if (!cycle.isEmpty()) {
        Set<String> group = reachable(start, arrows);
        group.removeIf(node -> !reachable(node, arrows).contains(start));
        reported.addAll(group);
        StringBuilder line = new StringBuilder(kind).append(": ").append(start);
        for (int i = 1; i < cycle.size(); i++) {
          String why = arrows.getOrDefault(cycle.get(i - 1), Map.of()).get(cycle.get(i));
          line.append(" -> ").append(cycle.get(i)).append(" (").append(why).append(")");
        }
        faults.add(line.toString());
      }
    }
  }

  private static List<String> shortestCycle(String start, Map<String, Map<String, String>> arrows) {
    Map<String, String> before = new HashMap<>();
    Deque<String> queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      String node = queue.remove();
      for (String next : arrows.getOrDefault(node, Map.of()).keySet()) {
        if (next.equals(start)) {
          Deque<String> cycle = new ArrayDeque<>(List.of(start));
          for (String at = node; at != null && !at.equals(start); at = before.get(at)) {
            cycle.addFirst(at);
          }
          cycle.addFirst(start);
          return List.copyOf(cycle);
        }
        if (before.putIfAbsent(next, node) == null) {
          queue.add(next);
        }
      }
    }
    return List.of();
  }

  private static Set<String> reachable(String start, Map<String, Map<String, String>> arrows) {
    Set<String> seen = new HashSet<>();
    Deque<String> queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      for (String next : arrows.getOrDefault(queue.remove(), Map.of()).keySet()) {
        if (seen.add(next)) {
          queue.add(next);
        }
      }
    }
    return seen;
  }

  /** What {@code arrows.txt} says. */
  private record Drawing(Map<String, Set<String>> arrows, Map<String, Set<String>> externals) {
    private static final Pattern ARROW = Pattern.compile("(\\S+)\\s+->((?:\\s+\\S+)+)");
    private static final Pattern EXTERNAL =
        Pattern.compile("external\\s+(\\S+)\\s+only((?:\\s+\\S+)*)");

    static Drawing read(List<String> lines, List<String> faults) {
      Map<String, Set<String>> arrows = new LinkedHashMap<>();
      Map<String, Set<String>> externals = new LinkedHashMap<>();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).replaceFirst("#.*", "").strip();
        Matcher arrow = ARROW.matcher(line);
        Matcher external = EXTERNAL.matcher(line);
        if (arrow.matches()) {
          add(arrows, arrow, i, faults);
        } else if (external.matches()) {
          add(externals, external, i, faults);
        } else if (!line.isEmpty()) {
          faults.add("arrows.txt line " + (i + 1) + " is not understood: " + line);
        }
      }
      return new Drawing(arrows, externals);
    }

    private static void add(
        Map<String, Set<String>> drawn, Matcher line, int number, List<String> faults) {
      Set<String> targets = drawn.computeIfAbsent(line.group(1), k -> new LinkedHashSet<>());
      for (String target : line.group(2).strip().split("\\s+", -1)) {
        if (!target.isEmpty() && !targets.add(target)) {
          faults.add("arrows.txt line " + (number + 1) + " repeats " + target);
        }
      }
    }
  }

  /** A top-level type. */
  private record Type(String name, boolean isPublic, boolean documented) {}

  /** A file, where {@code code} has blanks in place of comments and of what literals hold. */
  private record Source(String name, String pack, String code, List<Type> types) {
    static Source parse(String name, String text) {
      Set<Integer> docs = new TreeSet<>();
      String code = strip(text, docs);
      Matcher pack = PACKAGE.matcher(code);
      return new Source(name, pack.find() ? pack.group(1) : "", code, types(code, docs));
    }

    boolean isPackageInfo() {
      return name.endsWith("package-info.java");
    }

    /** The simple names which may mean a type that no import of this file names. */
    Set<String> simpleNames() {
      Set<String> names = new TreeSet<>();
      Matcher token = TOKEN.matcher(code);
      while (token.find()) {
        if (!follows(token.start(), '.')) {
          names.add(token.group());
        }
      }
      names.removeAll(all(IMPORT));
      names.removeAll(all(NESTED));
      return names;
    }

    private boolean follows(int at, char what) {
      int i = at - 1;
      while (i >= 0 && Character.isWhitespace(code.charAt(i))) {
        i--;
      }
      return i >= 0 && code.charAt(i) == what;
    }

    private Set<String> all(Pattern pattern) {
      return pattern.matcher(code).results().map(m -> m.group(1)).collect(Collectors.toSet());
    }

    private static List<Type> types(String code, Set<Integer> docs) {
      List<Type> types = new ArrayList<>();
      Matcher token = TOKEN.matcher(code);
      int braces = 0;
      int parentheses = 0;
      int boundary = 0;
      boolean isPublic = false;
      boolean named = false;
      while (token.find()) {
        switch (token.group()) {
          case "(" -> parentheses++;
          case ")" -> parentheses--;
          case "{" -> braces++;
          case "}" -> braces--;
          default -> {}
        }
        if (braces > 0 || parentheses > 0) {
          continue;
        }
        switch (token.group()) {
          case ";", "}" -> {
            boundary = token.end();
            isPublic = false;
            named = false;
          }
          case "public" -> isPublic = true;
          case "class", "interface", "enum", "record" -> {
            int start = token.start();
            if (!named && token.find()) {
              int from = boundary;
              boolean documented = docs.stream().anyMatch(at -> at >= from && at < start);
              types.add(new Type(token.group(), isPublic, documented));
              named = true;
            }
          }
          default -> {}
        }
      }
      return types;
    }

    private static String strip(String text, Set<Integer> docs) {
      char[] code = text.toCharArray();
      int i = 0;
      while (i < text.length()) {
        int end;
        if (text.startsWith("//", i)) {
          end = orEnd(text, text.indexOf('\n', i), 0);
        } else if (text.startsWith("/*", i)) {
          end = orEnd(text, text.indexOf("*/", i + 2), 2);
          if (text.startsWith("/**", i) && end - i > 4) {
            docs.add(i);
          }
        } else if (text.startsWith("\"\"\"", i)) {
          end = closing(text, i + 3, "\"\"\"");
        } else if (text.charAt(i) == '"' || text.charAt(i) == '\'') {
          end = closing(text, i + 1, text.substring(i, i + 1));
        } else {
          i++;
          continue;
        }
        Arrays.fill(code, i, end, ' ');
        i = end;
      }
      return new String(code);
    }

    private static int closing(String text, int from, String quote) {
      int i = from;
      while (i < text.length() && !text.startsWith(quote, i)) {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
      return Math.min(i + quote.length(), text.length());
    }

    private static int orEnd(String text, int found, int length) {
      return found < 0 ? text.length() : found + length;
    }
  }
}
