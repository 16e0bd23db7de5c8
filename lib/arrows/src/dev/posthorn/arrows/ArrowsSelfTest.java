package dev.posthorn.arrows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that {@link ArrowsTest} sees each fault it is there for, and sees none where none is. */
class ArrowsSelfTest {
  @TempDir Path module;

  @BeforeEach
  void twoPackages() throws IOException {
    describe("a");
    describe("b");
    draw("");
  }

  @Test
  void cleanCodeHasNoFaults() throws IOException {
    java("a/A.java", "/** A. */ public class A { B b; dev.posthorn.b.Far far; }");
    java("a/B.java", "record B(String s) {}");
    java("b/Far.java", "/** Far. */ @Deprecated(since = \"1\") public final class Far {}");
    draw("# drawn\ndev.posthorn.a -> dev.posthorn.b # here\nexternal okhttp3. only dev.posthorn.b");
    assertFaults();
  }

  @Test
  void packageCycle() throws IOException {
    java("a/A.java", "import dev.posthorn.b.B; class A { B b; }");
    java("a/A2.java", "class A2 {}");
    java("b/B.java", "class B { static void m() { dev.posthorn.a.A2.m(); } }");
    draw("dev.posthorn.a -> dev.posthorn.b\ndev.posthorn.b -> dev.posthorn.a");
    assertFaults(
        "package cycle: dev.posthorn.a"
            + " -> dev.posthorn.b (dev/posthorn/a/A.java uses B)"
            + " -> dev.posthorn.a (dev/posthorn/b/B.java uses A2)");
  }

  @Test
  void fileCycleInsideOfOnePackage() throws IOException {
    java("a/A.java", "class A { B b; }");
    java("a/B.java", "class B { C c; }");
    java("a/C.java", "class C { java.util.List<A> a; }");
    assertFaults(
        "file cycle: dev/posthorn/a/A.java -> dev/posthorn/a/B.java (B)"
            + " -> dev/posthorn/a/C.java (C) -> dev/posthorn/a/A.java (A)");
  }

  @Test
  void fileCycleThroughASecondTypeOfAFile() throws IOException {
    java("a/A.java", "class A { B b; } interface Second {}");
    java("a/B.java", "class B implements Second {}");
    assertFaults(
        "file cycle: dev/posthorn/a/A.java -> dev/posthorn/a/B.java (B)"
            + " -> dev/posthorn/a/A.java (Second)");
  }

  @Test
  void fileCycleThroughAStaticImport() throws IOException {
    java("a/A.java", "import static dev.posthorn.b.B.make; class A { Object o = make(); }");
    java("b/B.java", "import dev.posthorn.a.*; class B { A a; }");
    draw("dev.posthorn.a -> dev.posthorn.b\ndev.posthorn.b -> dev.posthorn.a");
    assertFaults(
        "file cycle: dev/posthorn/a/A.java -> dev/posthorn/b/B.java (B)"
            + " -> dev/posthorn/a/A.java (A)",
        "package cycle: dev.posthorn.a"
            + " -> dev.posthorn.b (dev/posthorn/a/A.java uses B)"
            + " -> dev.posthorn.a (dev/posthorn/b/B.java imports all of it)");
  }

  @Test
  void namesThatDoNotMeanTheNeighbourMakeNoCycle() throws IOException {
    java("a/A.java", "class A { B b; C c; D d; E e; }");
    java("a/B.java", "/** See {@link A}. */ class B { /* A */ String s = \"A\\\"A\"; // A\n }");
    java("a/C.java", "class C { String s = \"\"\"\n A \"A\" \\\"\"\" A\n\"\"\"; char q = '\"'; }");
    java("a/D.java", "import elsewhere.A; class D { A a; }");
    java("a/E.java", "class E { Outer.A a; class F { record A() {} A a; } }");
    assertFaults();
  }

  @Test
  void arrowThatIsNotDrawn() throws IOException {
    java("a/A.java", "import dev.posthorn.other.module.Thing; class A { Thing t; }");
    assertFaults(
        "arrow not drawn: dev.posthorn.a -> dev.posthorn.other.module"
            + " (dev/posthorn/a/A.java uses Thing)");
  }

  @Test
  void arrowThatIsStale() throws IOException {
    java("a/A.java", "class A { String s = \"dev.posthorn.b.B\"; }");
    draw("dev.posthorn.a -> dev.posthorn.b");
    assertFaults("stale arrow, drawn but not used: dev.posthorn.a -> dev.posthorn.b");
  }

  @Test
  void externalNameOutOfPlace() throws IOException {
    java("a/A.java", "import okhttp3.Call; class A { Call c; }");
    java("b/B.java", "class B { okhttp3.Call c; my.okhttp3.Call d; }");
    draw("external okhttp3. only dev.posthorn.b\nexternal okio. only dev.posthorn.b");
    assertFaults(
        "external name out of place: dev/posthorn/a/A.java uses okhttp3."
            + " which is drawn for dev.posthorn.b only");
  }

  @Test
  void packageWithAVagueName() throws IOException {
    for (String name :
        List.of("common", "helper", "helpers", "impl", "internal", "spi", "util", "utility")) {
      describe("a/" + name);
    }
    assertFaults(
        "a name that says nothing (common): package dev.posthorn.a.common",
        "a name that says nothing (helper): package dev.posthorn.a.helper",
        "a name that says nothing (helpers): package dev.posthorn.a.helpers",
        "a name that says nothing (impl): package dev.posthorn.a.impl",
        "a name that says nothing (internal): package dev.posthorn.a.internal",
        "a name that says nothing (spi): package dev.posthorn.a.spi",
        "a name that says nothing (util): package dev.posthorn.a.util");
  }

  @Test
  void packageWithoutPackageInfo() throws IOException {
    java("c/C.java", "class C {}");
    assertFaults("no package-info.java: package dev.posthorn.c");
  }

  @Test
  void publicTypeWithoutJavadoc() throws IOException {
    java("a/A.java", "import java.util.List; /* no */ public class A { /** In. */ List<A> a; }");
    java("b/B.java", "/** B. */ @Deprecated public enum B {} /** B2. */ class B2 {}");
    assertFaults("no Javadoc: public type A in dev/posthorn/a/A.java");
  }

  @Test
  void drawingThatIsNotUnderstood() throws IOException {
    draw("\ndev.posthorn.a => dev.posthorn.b");
    assertFaults("arrows.txt line 2 is not understood: dev.posthorn.a => dev.posthorn.b");
  }

  @Test
  void drawingThatIsMissing() throws IOException {
    Path drawing = module.resolve("src/test/resources/arrows.txt");
    Files.delete(drawing);
    assertFaults("no arrows are drawn: " + drawing);
  }

  private void describe(String pack) throws IOException {
    java(pack + "/package-info.java", "");
  }

  private void java(String name, String body) throws IOException {
    Path file = module.resolve("src/main/java/dev/posthorn").resolve(name);
    String pack = "dev.posthorn." + name.substring(0, name.lastIndexOf('/')).replace('/', '.');
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "package " + pack + ";\n" + body);
  }

  private void draw(String lines) throws IOException {
    Path drawing = module.resolve("src/test/resources/arrows.txt");
    Files.createDirectories(drawing.resolveSibling("."));
    Files.writeString(drawing, lines);
  }

  private void assertFaults(String... faults) throws IOException {
    assertEquals(List.of(faults), ArrowsTest.check(module));
  }
}
