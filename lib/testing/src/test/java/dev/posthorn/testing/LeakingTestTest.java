package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** A test that shows a secret fails, though it checks nothing itself. */
class LeakingTestTest {

  @Test
  void failsWithWhatItShowed() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .selectors(selectClass(Leaking.class))
            .execute()
            .testEvents();
    assertEquals(1, tests.failed().count());
    assertEquals(1, tests.succeeded().count());
    String why =
        tests.failed().stream()
            .flatMap(event -> event.getPayload(TestExecutionResult.class).stream())
            .flatMap(result -> result.getThrowable().stream())
            .map(Throwable::getMessage)
            .findFirst()
            .orElseThrow();
    assertTrue(why.startsWith("secrets were shown:\nstandard error shows \"hunter2\""), why);
  }

  static final class Leaking {
    @Test
    void shows() {
      System.err.println("the key is hunter2");
    }

    @Test
    void doesNotShow() {
      System.err.println("the key is [redacted]");
    }
  }
}
