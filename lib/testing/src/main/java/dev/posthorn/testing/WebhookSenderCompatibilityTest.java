package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.delivery.WebhookSender.Exchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/**
 * Every promise of {@link WebhookSender}, as tests that name the promise when it is broken. A
 * sender of one's own is compatible if this passes:
 *
 * <pre>{@code
 * class MySenderTest extends WebhookSenderCompatibilityTest {
 *   protected WebhookSender open(String hostAndPort) {
 *     return new MySender(EndpointPolicy.standard().allow(hostAndPort));
 *   }
 * }
 * }</pre>
 *
 * <p>It sends to a receiver on 127.0.0.1, and takes about fifteen seconds, since deadlines have to
 * pass. What a sender refuses, and whom it trusts, are its own and not tested here.
 */
public abstract class WebhookSenderCompatibilityTest extends DisruptionCompatibility {
  private static final int CALLERS = 32;
  private static final int EACH = 25;

  /** For subclasses. */
  protected WebhookSenderCompatibilityTest() {}

  /**
   * Opens a sender; called before each test, and closed after it.
   *
   * @param hostAndPort where it is to be let go, by {@code http} and {@code https}, for example
   *     {@code 127.0.0.1:54321}
   */
  @Override
  protected abstract WebhookSender open(String hostAndPort);

  @Test
  void callsDoNotWaitForEachOther() throws Exception {
    CountDownLatch allCame = new CountDownLatch(CALLERS);
    receiver.does(
        wire -> {
          wire.read();
          allCame.countDown();
          if (Together.comes(allCame)) {
            wire.write(RawReceiver.OK);
          }
        });
    List<Exchange> exchanges = Together.atOnce(CALLERS, thread -> post());
    assertTrue(
        exchanges.stream().allMatch(one -> one.status() == 200),
        () -> "calls do not wait for each other, " + CALLERS + " to one receiver: " + exchanges);
  }

  @Test
  void answersAreNotMixedUp() throws Exception {
    receiver.does(
        wire -> {
          for (Heard heard = wire.read(); heard != null; heard = wire.read()) {
            wire.answer("200 OK\r\nContent-Type: text/plain", heard.body());
          }
        });
    Together.atOnce(
        CALLERS,
        thread -> {
          for (int i = 0; i < EACH; i++) {
            String said = "thread " + thread + " call " + i + "x".repeat(i);
            Exchange exchange = sender.send(request("POST", "/", bytes(said), AMPLE));
            assertEquals(said, exchange.snippet(), "each call gets the answer to its own request");
          }
          return thread;
        });
    assertEquals(CALLERS * EACH, receiver.requests().size(), "each exchange is one request");
  }

  @Test
  void closingCancelsWhatIsInFlight() throws Exception {
    CountDownLatch came = new CountDownLatch(2);
    receiver.does(
        wire -> {
          boolean inBody = wire.read() != null && wire.number() == 1;
          wire.write(inBody ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx" : "");
          came.countDown();
          wire.hang();
        });
    FutureTask<Exchange> one = inFlight();
    FutureTask<Exchange> other = inFlight();
    assertTrue(Together.comes(came), "both are sent");
    sender.close();
    assertNotNull(Together.result(one).failure(), "closing cancels what is in flight");
    assertNotNull(Together.result(other).failure(), "closing cancels what is in flight");
    assertEquals(2, receiver.requests().size(), "what is cancelled is not sent again");
  }

  private FutureTask<Exchange> inFlight() {
    Duration ages = Duration.ofMinutes(10);
    FutureTask<Exchange> sending =
        new FutureTask<>(() -> sender.send(request("POST", "/", bytes("x"), ages)));
    Together.aside(sending);
    return sending;
  }

  @Test
  void whatIsSentAfterClosingFails() {
    post();
    sender.close();
    sender.close();
    Exchange exchange = post();
    assertNotNull(exchange.failure(), "what is sent after closing fails, and is not thrown");
    assertEquals(1, receiver.requests().size(), "nothing goes on the wire after closing");
  }

  @Test
  void closingLetsGoOfConnections() {
    CountDownLatch gone = new CountDownLatch(1);
    receiver.does(
        wire -> {
          wire.read();
          wire.write(RawReceiver.OK);
          try {
            wire.hang();
          } finally {
            gone.countDown();
          }
        });
    post();
    sender.close();
    assertTrue(Together.comes(gone), "closing lets go of kept connections");
  }
}
