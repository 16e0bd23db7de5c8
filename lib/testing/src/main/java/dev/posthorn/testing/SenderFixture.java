package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the sender's compatibility tests share: an open sender, and a receiver it may go to. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class SenderFixture {
  /** Where an answer comes: only a hang makes it wait for long. */
  static final Duration AMPLE = Duration.ofSeconds(30);

  /** Where none comes: enough for a busy machine to connect. */
  static final Duration SHORT = Duration.ofSeconds(1);

  /** What a machine that is busy may take longer than a deadline. */
  private static final Duration A_LITTLE = Duration.ofSeconds(10);

  static final byte[] NOTHING = new byte[0];

  RawReceiver receiver;
  WebhookSender sender;

  /** Opens a sender. */
  protected abstract WebhookSender open(String hostAndPort);

  @BeforeEach
  final void openSender() {
    receiver = new RawReceiver();
    sender = open(receiver.address());
  }

  @AfterEach
  final void closeSender() throws IOException {
    sender.close();
    receiver.close();
  }

  /** Begins anew: another sender, which has no connections, and a receiver that heard nothing. */
  final void reopen() {
    sender.close();
    receiver.requests().clear();
    sender = open(receiver.address());
  }

  final Request request(String method, String target, byte[] body, Duration deadline) {
    return new Request(method, url(target), Map.of(), body, deadline);
  }

  final URI url(String target) {
    return URI.create("http://" + receiver.address() + target);
  }

  final Exchange post() {
    return post(AMPLE);
  }

  final Exchange post(Duration deadline) {
    return send(request("POST", "/hooks", bytes("{\"a\":1}"), deadline));
  }

  /** Sends, and checks what holds for every exchange. */
  final Exchange send(Request request) {
    FutureTask<Exchange> sending = new FutureTask<>(() -> sender.send(request));
    long start = System.nanoTime();
    Together.aside(sending);
    Exchange exchange;
    try {
      exchange = Together.result(sending);
    } catch (Exception e) {
      throw new AssertionError("send never throws for what the receiver does", e);
    }
    Duration measured = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(
        measured.compareTo(request.deadline().plus(A_LITTLE)) < 0,
        () -> "send returns within " + request.deadline() + " and a little: " + measured);
    assertTrue(
        !exchange.took().isNegative() && exchange.took().compareTo(measured) <= 0,
        () -> "took is how long it lasted, " + measured + " at most: " + exchange.took());
    return exchange;
  }

  /** The one request that was sent. */
  final Heard heard() {
    assertTrue(receiver.hears(1), "an exchange is one request, not none");
    assertEquals(1, receiver.requests().size(), "an exchange is one request");
    return receiver.requests().get(0);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
