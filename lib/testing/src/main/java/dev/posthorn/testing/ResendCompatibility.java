package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a {@code WebhookSender} may send a request again, for those too that keep no connection. */
abstract class ResendCompatibility extends RequestCompatibility {

  @Test
  void aDeadKeptConnectionCostsNothing() {
    for (String method : List.of("POST", "HEAD", "GET", "OPTIONS")) {
      dies(method, wire -> {});
      dies(method, Wire::reset);
    }
  }

  /** A kept connection ends, in this way, after it took its second request. */
  private void dies(String method, Wire.Conversation end) {
    reopen();
    receiver.does(
        wire -> {
          wire.read();
          wire.write(RawReceiver.OK);
          if (wire.read() != null) {
            end.hold(wire);
          }
        });
    assertFalse(check(method).resent(), "nothing is sent again on a new connection");
    Exchange second = check(method);
    assertEquals(200, second.status(), "a dead kept connection makes no exchange fail: " + method);
    assertEquals(
        receiver.requests().size() == 3,
        second.resent(),
        "resent tells whether the request went out again: " + method);
  }

  private Exchange check(String method) {
    return send(request(method, "/", bytes(method.equals("POST") ? "x" : ""), AMPLE));
  }

  @Test
  void aConnectionThatIsClosedBetweenRequestsCostsNothing() {
    receiver.does(
        wire -> {
          wire.read();
          wire.write(RawReceiver.OK);
        });
    for (int i = 0; i < 20; i++) {
      assertEquals(200, post().status(), "a dead kept connection makes no exchange fail");
    }
  }

  @Test
  void whatIsSentAgainIsTheSame() {
    receiver.does(
        wire -> {
          wire.read();
          wire.write(RawReceiver.OK);
          wire.read();
        });
    Request request =
        new Request("POST", url("/a?b=c"), Map.of("X-Key", "key"), bytes("body"), AMPLE);
    send(request);
    send(request);
    for (Heard heard : receiver.requests()) {
      assertEquals("POST /a?b=c HTTP/1.1", heard.line(), "the same line is sent again");
      assertEquals(List.of("key"), heard.values("X-Key"), "the same headers are sent again");
      assertArrayEquals(bytes("body"), heard.body(), "the same body is sent again");
    }
  }

  @Test
  void oneByteOfAnswerForbidsIt() {
    for (String begun : List.of("H", "HTTP/1.1 200 OK\r\nX: y")) {
      reopen();
      receiver.does(
          wire -> {
            wire.read();
            if (receiver.requests().size() == 1) {
              wire.write(RawReceiver.OK);
              wire.read();
            }
            wire.write(begun);
          });
      post();
      Exchange second = post();
      assertEquals(FailureDetail.RESET, second.failure(), "the answer ended after its beginning");
      assertFalse(second.resent(), "nothing is sent again once a byte of answer came");
      assertEquals(
          2, receiver.requests().size(), "nothing is sent again once a byte of answer came");
    }
  }

  @Test
  void aKeptConnectionThatHangsIsNotADeadOne() {
    receiver.does(
        wire -> {
          wire.read();
          if (receiver.requests().size() == 1) {
            wire.write(RawReceiver.OK);
            wire.read();
          }
          wire.hang();
        });
    post();
    Exchange second = post(SHORT);
    assertEquals(FailureDetail.READ_TIMEOUT, second.failure(), "no answer came in time");
    assertFalse(second.resent(), "what may still be handled is not sent again");
    assertTrue(receiver.hears(2), "both are sent");
    assertEquals(2, receiver.requests().size(), "what may still be handled is not sent again");
  }

  @Test
  void whatWasSentAgainIsNotSentAThirdTime() {
    receiver.does(
        wire -> {
          wire.read();
          if (receiver.requests().size() == 1) {
            wire.write(RawReceiver.OK);
            wire.read();
          }
        });
    post();
    Exchange second = post();
    assertEquals(FailureDetail.RESET, second.failure(), "no answer came");
    assertTrue(receiver.requests().size() <= 3, "a request goes out twice at most");
    assertEquals(
        receiver.requests().size() == 3,
        second.resent(),
        "resent tells whether the request went out again");
  }

  @Test
  void aNewConnectionThatDiesIsNotTriedAgain() {
    receiver.does(Wire::read);
    for (int i = 1; i <= 5; i++) {
      Exchange exchange = post();
      assertEquals(FailureDetail.RESET, exchange.failure(), "no answer came");
      assertFalse(exchange.resent(), "a request on a new connection goes out once");
      assertEquals(i, receiver.requests().size(), "a request on a new connection goes out once");
    }
  }
}
