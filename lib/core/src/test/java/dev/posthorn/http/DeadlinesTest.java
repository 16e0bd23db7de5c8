package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlinesTest {
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void endWaiting() {
    over.countDown();
  }

  @Test
  void aReceiverThatNeverAnswersIsLeft() throws IOException {
    timesOut(
        wire -> {
          wire.readRequest();
          wire.hang();
        });
  }

  @Test
  void aHeadThatDripsIsLeft() throws IOException {
    timesOut(
        wire -> {
          wire.readRequest();
          wire.write("HTTP/1.1 200 OK\r\nX: ");
          wire.drip("x");
        });
  }

  @Test
  void aBodyThatDripsIsLeft() throws IOException {
    timesOut(
        wire -> {
          wire.readRequest();
          wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
          wire.drip("x");
        });
  }

  @Test
  void interimAnswersWithoutEndAreLeft() throws IOException {
    timesOut(
        wire -> {
          wire.readRequest();
          wire.drip("HTTP/1.1 103 Early Hints\r\n\r\n");
        });
  }

  @Test
  void aReceiverThatDoesNotReadALargeBodyIsLeft() throws IOException {
    try (RawReceiver receiver = new RawReceiver(wire -> await(over));
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange =
          sending.send(
              "POST",
              "http://127.0.0.1:" + receiver.port() + "/",
              Map.of(),
              "x".repeat(30_000_000),
              Sending.SHORT);
      assertEquals(FailureDetail.READ_TIMEOUT, exchange.failure());
    }
  }

  @Test
  void aHandshakeThatHangsIsAConnectTimeout() throws IOException {
    try (RawReceiver receiver = new RawReceiver(RawReceiver.Wire::hang);
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post("https://localhost:" + receiver.port() + "/", Sending.SHORT);
      assertEquals(FailureDetail.CONNECT_TIMEOUT, exchange.failure());
      assertInTime(exchange);
    }
  }

  @Test
  void aConnectionThatDoesNotComeAboutIsAConnectTimeout() throws IOException {
    // A listener whose queue is full lets further connections wait, on Linux.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Sending sending = Sending.to(full.getLocalPort())) {
      List<Socket> queue = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          Socket waiting = new Socket();
          queue.add(waiting);
          try {
            waiting.connect(full.getLocalSocketAddress(), 200);
          } catch (java.net.SocketTimeoutException e) {
            break; // full
          }
        }
        Exchange exchange = sending.post(full.getLocalPort(), Sending.SHORT);
        assertEquals(FailureDetail.CONNECT_TIMEOUT, exchange.failure());
        assertInTime(exchange);
      } finally {
        for (Socket waiting : queue) {
          waiting.close();
        }
      }
    }
  }

  @Test
  void aClosedPortIsARefusedConnection() throws IOException {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    try (Sending sending = Sending.to(port)) {
      assertEquals(FailureDetail.CONNECT_REFUSED, sending.post(port).failure());
    }
  }

  @Test
  void aDeadlineOfNothingIsOverAtOnce() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.hang();
                });
        Sending sending = Sending.to(receiver.port())) {
      for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-5))) {
        Exchange exchange = sending.post(receiver.port(), none);
        assertEquals(0, exchange.status());
        assertTrue(exchange.took().toSeconds() < 10);
      }
    }
  }

  @Test
  void aDeadlineOfAgesIsNoDeadlineOfNothing() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending = Sending.to(receiver.port())) {
      Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
      assertEquals(200, sending.post(receiver.port(), ages).status());
    }
  }

  @Test
  void closeCancelsWhatIsInFlight()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CountDownLatch taken = new CountDownLatch(1);
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  taken.countDown();
                  wire.hang();
                });
        Sending sending = Sending.to(receiver.port())) {
      CompletableFuture<Exchange> flying =
          CompletableFuture.supplyAsync(
              () -> sending.post(receiver.port(), Duration.ofMinutes(10)));
      assertTrue(taken.await(20, TimeUnit.SECONDS));
      sending.sender().close();
      Exchange exchange = flying.get(20, TimeUnit.SECONDS);
      assertEquals(FailureDetail.RESET, exchange.failure());
      sending.sender().close();
      assertEquals(FailureDetail.SENDER, sending.post(receiver.port()).failure());
      assertEquals(1, receiver.requests().size());
    }
  }

  private static void timesOut(RawReceiver.Conversation conversation) throws IOException {
    try (RawReceiver receiver = new RawReceiver(conversation);
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port(), Sending.SHORT);
      assertEquals(FailureDetail.READ_TIMEOUT, exchange.failure());
      assertInTime(exchange);
      assertEquals(1, receiver.requests().size());
    }
  }

  /** Generous: only a hang fails it. */
  private static void assertInTime(Exchange exchange) {
    assertTrue(exchange.took().toSeconds() < 20, () -> "took " + exchange.took());
    assertTrue(
        exchange.took().compareTo(Sending.SHORT.dividedBy(3)) > 0, () -> "took " + exchange.took());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
