package dev.posthorn.canary;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test in which a secret was shown, or the one after it if a thread of its own showed it;
 * what comes after the last test fails the run. Applied to every test of a module by itself.
 */
public final class CanaryExtension
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace MINE =
      ExtensionContext.Namespace.create(CanaryExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    Watch.start();
    AutoCloseable atTheEnd = CanaryExtension::check;
    context.getRoot().getStore(MINE).getOrComputeIfAbsent("end", key -> atTheEnd);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    check();
  }

  static void check() {
    List<String> leaks = Watch.taken();
    assertTrue(leaks.isEmpty(), () -> "secrets were shown:\n" + String.join("\n", leaks));
  }
}
