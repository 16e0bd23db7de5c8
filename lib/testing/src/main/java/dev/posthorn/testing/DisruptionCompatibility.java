package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a {@code WebhookSender} promises of receivers that do not answer as they should. */
abstract class DisruptionCompatibility extends SnippetCompatibility {
  private static final Set<FailureDetail> GIVEN_UP =
      EnumSet.of(FailureDetail.PROTOCOL, FailureDetail.READ_TIMEOUT);

  @Test
  void aClosedPortIsRefused() throws IOException {
    try (Socket taken = new Socket()) { // so that nobody else can listen there
      taken.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
      String address = "127.0.0.1:" + taken.getLocalPort();
      sender.close();
      sender = open(address);
      URI url = URI.create("http://" + address + "/hooks");
      Exchange exchange = send(new Request("POST", url, Map.of(), bytes("x"), AMPLE));
      assertEquals(FailureDetail.CONNECT_REFUSED, exchange.failure(), "nobody listens at the port");
    }
  }

  @Test
  void aConnectionThatEndsBeforeTheHeadDoesIsAReset() {
    for (String begun : List.of("", "HTTP", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b")) {
      fails(
          FailureDetail.RESET,
          wire -> {
            wire.read();
            wire.write(begun);
          });
    }
    fails(
        FailureDetail.RESET,
        wire -> {
          wire.read();
          wire.reset();
        });
  }

  @Test
  void whatIsNoValidAnswerIsAProtocolFailure() {
    for (String answer :
        List.of(
            "SSH-2.0-OpenSSH_9.6\r\n\r\n",
            "220 mail ESMTP\r\n\r\n",
            "<html>\r\n\r\n",
            "HTTP/1.1 abc OK\r\n\r\n",
            "HTTP/1.1 2\r\n\r\n",
            "HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")) {
      fails(
          FailureDetail.PROTOCOL,
          wire -> {
            wire.read();
            wire.write(answer);
          });
    }
  }

  @Test
  void whoeverHangsIsLeftAtTheDeadline() {
    String inHead = "HTTP/1.1 200 OK\r\nX: ";
    String inBody = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nx";
    for (String begun : List.of("", inHead, inBody)) {
      timesOut(
          wire -> {
            wire.read();
            wire.write(begun);
            wire.hang();
          });
    }
    for (String begun : List.of(inHead, inBody)) {
      timesOut(
          wire -> {
            wire.read();
            wire.write(begun);
            wire.drip("x");
          });
    }
  }

  @Test
  void whoeverDoesNotReadIsLeftAtTheDeadline() {
    receiver.does(Wire::ignore);
    Exchange exchange = send(request("POST", "/", new byte[16 * 1024 * 1024], SHORT));
    assertEquals(
        FailureDetail.READ_TIMEOUT, exchange.failure(), "sending ends at the deadline as well");
    assertNotTooEarly(exchange);
  }

  @Test
  void headersAndInterimAnswersWithoutEndAreLeft() {
    for (String without : List.of("X-A: " + "x".repeat(1000) + "\r\n", "x".repeat(1000))) {
      endsInTime(
          wire -> {
            wire.read();
            wire.write("HTTP/1.1 200 OK\r\n");
            wire.flood(without);
          });
    }
    endsInTime(
        wire -> {
          wire.read();
          wire.flood("x".repeat(1000));
        });
    for (String status : List.of("100 Continue", "102 Processing", "103 Early Hints", "199 X")) {
      endsInTime(
          wire -> {
            wire.read();
            wire.flood("HTTP/1.1 " + status + "\r\nX: y\r\n\r\n");
          });
    }
    endsInTime(
        wire -> {
          wire.read();
          wire.drip("HTTP/1.1 103 Early Hints\r\n\r\n");
        });
  }

  private void endsInTime(Wire.Conversation conversation) {
    receiver.does(conversation);
    Exchange exchange = post(SHORT);
    assertTrue(
        GIVEN_UP.contains(exchange.failure()),
        () -> "headers and interim answers without end are " + GIVEN_UP + ": " + exchange);
  }

  @Test
  void aHandshakeThatHangsIsLeftAtTheDeadline() {
    receiver.does(Wire::hang);
    Exchange exchange = send(secure(SHORT));
    assertEquals(
        FailureDetail.CONNECT_TIMEOUT,
        exchange.failure(),
        "no connection stands before the handshake has ended");
    assertNotTooEarly(exchange);
  }

  @Test
  void aHandshakeThatFailsIsATlsFailure() {
    receiver.does(
        wire -> {
          wire.write("HTTP/1.1 400 this port speaks no TLS\r\n\r\n");
          wire.hang();
        });
    assertEquals(FailureDetail.TLS, send(secure(AMPLE)).failure(), "there is no TLS");
    assertEquals(List.of(), receiver.requests(), "nothing is sent in the clear instead");
  }

  private Request secure(Duration deadline) {
    URI url = URI.create("https://" + receiver.address() + "/hooks");
    return new Request("POST", url, Map.of(), bytes("x"), deadline);
  }

  private void fails(FailureDetail detail, Wire.Conversation conversation) {
    reopen();
    receiver.does(conversation);
    Exchange exchange = post();
    assertEquals(detail, exchange.failure(), "what kind of failure it is");
    assertEquals(0, exchange.status(), "a failure has no status");
    assertFalse(exchange.resent(), "a request on a new connection goes out once");
    heard();
  }

  private void timesOut(Wire.Conversation conversation) {
    reopen();
    receiver.does(conversation);
    Exchange exchange = post(SHORT);
    assertEquals(FailureDetail.READ_TIMEOUT, exchange.failure(), "no whole answer came in time");
    assertNotTooEarly(exchange);
    heard();
  }

  private static void assertNotTooEarly(Exchange exchange) {
    assertTrue(
        exchange.took().compareTo(SHORT.dividedBy(2)) > 0,
        () -> "nobody is left long before the deadline of " + SHORT + ": " + exchange.took());
  }
}
