package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.receiver.ProcessedEvents;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Shows that the compatibility tests can fail, and what they say then. */
class BrokenPromisesTest {

  @Test
  void aClientWithItsDefaultsIsToldWhatItBreaks() {
    assertBreaks(
        Naive.class,
        "nothingIsAddedButWhatHttpNeeds",
        "no header is added but [host, connection, content-length, accept-encoding]: "
            + "[content-length, host, connection, accept-encoding, user-agent]"
            + " ==> expected: <true> but was: <false>");
    assertBreaks(
        Naive.class,
        "itIsSentOnceWhateverTheAnswerAsksFor",
        "POST is sent once, though the answer is 300 X\r\nLocation: /other"
            + " ==> expected: <300> but was: ");
    assertBreaks(
        Naive.class,
        "aDeadKeptConnectionCostsNothing",
        "resent tells whether the request went out again: POST"
            + " ==> expected: <true> but was: <false>");
    assertBreaks(
        Naive.class,
        "aClosedPortIsRefused",
        "nobody listens at the port ==> expected: <CONNECT_REFUSED> but was: <RESET>");
    assertBreaks(
        Naive.class,
        "itIsShortAndEndsWithAWholeCharacter",
        "a snippet has at most 1,024 characters ==> expected: <true> but was: <false>");
    assertBreaks(
        Naive.class,
        "whatIsSentAfterClosingFails",
        "what is sent after closing fails, and is not thrown ==> expected: not <null>");
  }

  @Test
  void aMemoryThatLooksBeforeItWritesIsToldWhatItBreaks() {
    assertBreaks(
        OfFour.class,
        "ofManyBeginningsAtTheSameTimeOneWins",
        "of calls at the same time one is told STARTED: [STARTED, STARTED, STARTED, STARTED]"
            + " ==> expected: <1> but was: <4>");
    assertBreaks(
        OfOne.class,
        "sourceAndIdTogetherTellEventsApart",
        "source and id are compared exactly: [a, 12]"
            + " ==> expected: <STARTED> but was: <IN_PROGRESS>");
    assertBreaks(
        OfOne.class,
        "aLeaseThatHasRunOutIsNoHindrance",
        "the lease has run out, and asking did not extend it"
            + " ==> expected: <STARTED> but was: <IN_PROGRESS>");
  }

  private static void assertBreaks(Class<?> implementation, String promise, String message) {
    List<String> told =
        EngineTestKit.engine(new JupiterTestEngine())
            .selectors(selectMethod(implementation, promise))
            .execute()
            .testEvents()
            .failed()
            .stream()
            .map(event -> event.getRequiredPayload(TestExecutionResult.class))
            .map(result -> String.valueOf(result.getThrowable().orElseThrow().getMessage()))
            .toList();
    assertEquals(1, told.size(), () -> promise + " is broken");
    assertTrue(told.get(0).startsWith(message), () -> message + " is the beginning of " + told);
  }

  static class Naive extends WebhookSenderCompatibilityTest {
    @Override
    protected WebhookSender open(String hostAndPort) {
      return new NaiveSender();
    }
  }

  static class OfFour extends ProcessedEventsCompatibilityTest {
    @Override
    protected ProcessedEvents open() {
      return new NaiveMemory(4);
    }
  }

  static class OfOne extends ProcessedEventsCompatibilityTest {
    @Override
    protected ProcessedEvents open() {
      return new NaiveMemory(1);
    }

    @Override
    protected void passTime(Duration time) {
      // It would make no difference.
    }
  }
}
