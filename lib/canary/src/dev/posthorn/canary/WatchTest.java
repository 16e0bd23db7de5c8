package dev.posthorn.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** That the watch is on in this module, and sees a secret wherever it may be shown. */
class WatchTest {
  private static final String SECRET = "hunter2";

  @AfterEach
  void everythingWasTaken() {
    assertEquals(List.of(), Watch.taken());
  }

  @Test
  void seesEveryLevelOfSlf4j() {
    Logger log = LoggerFactory.getLogger("dev.posthorn.any");
    assertInstanceOf(WatchedLogger.class, log);
    log.trace("a {}", SECRET);
    log.debug(SECRET);
    log.info("{} {}", 1, SECRET);
    log.warn("b", new IllegalStateException(SECRET));
    log.error("c {}", 1, new IllegalStateException("x", new IllegalStateException(SECRET)));
    List<String> leaks = Watch.taken();
    assertEquals(5, leaks.size(), leaks::toString);
    assertTrue(
        leaks.get(0).startsWith("the log dev.posthorn.any at TRACE shows \"" + SECRET + "\": a "));
  }

  @Test
  void seesWhatAnExceptionSuppressed() {
    IllegalStateException failure = new IllegalStateException("x");
    failure.addSuppressed(new IllegalStateException(SECRET));
    LoggerFactory.getLogger("dev.posthorn.any").warn("d", failure);
    assertEquals(1, Watch.taken().size());
  }

  @Test
  void seesTheLogsOfThePlatform() {
    java.util.logging.Logger.getLogger("okhttp3.any").finest(SECRET);
    java.util.logging.Logger.getLogger("any")
        .log(java.util.logging.Level.FINE, "a {0}", new Object[] {SECRET});
    System.getLogger("dev.posthorn.receiver").log(Level.TRACE, "b {0}", SECRET);
    assertEquals(3, Watch.taken().size());
  }

  @Test
  void seesStandardOutputAndError() {
    System.out.println("one " + SECRET);
    System.out.print("two, and no end of line " + SECRET.substring(0, 3));
    System.out.print(SECRET.substring(3));
    System.err.printf("three %s%n", SECRET);
    List<String> leaks = Watch.taken();
    assertEquals(3, leaks.size(), leaks::toString);
    System.out.println();
  }

  @Test
  void knowsKeysByTheirFormAndSecretsByTheirHeaders() {
    List<String> secrets =
        List.of(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "Authorization: Bearer abc",
            "{Authorization=Basic abc}",
            "x-api-key: abc",
            "X-One-Webhook-Key: abc",
            "https://user:pass@example.com/");
    secrets.forEach(System.out::println);
    assertEquals(secrets.size(), Watch.taken().size());
    System.out.println("X-One-Webhook-Key: [redacted] and https://example.com:443/@x are none");
    assertEquals(List.of(), Watch.taken());
  }

  @Test
  void learnsSecretsThatATestPlants() {
    String planted = "planted in " + System.identityHashCode(this);
    System.out.println(planted);
    assertEquals(List.of(), Watch.taken());
    Canary.plant(planted);
    System.out.println(planted);
    assertEquals(1, Watch.taken().size());
  }

  @Test
  void failsTheTestThatShowsASecret() {
    System.out.println(SECRET);
    AssertionError failure = assertThrows(AssertionError.class, CanaryExtension::check);
    assertTrue(
        String.valueOf(failure.getMessage())
            .startsWith("secrets were shown:\nstandard output shows \"" + SECRET + "\""));
  }
}
