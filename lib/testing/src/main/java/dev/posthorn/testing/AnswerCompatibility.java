package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.posthorn.delivery.WebhookSender.Exchange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a {@code WebhookSender} promises to make of an answer. */
abstract class AnswerCompatibility extends ResendCompatibility {

  @Test
  void everyStatusComesBackAsItIs() {
    for (int status = 200; status <= 599; status++) {
      boolean hasNoBody = status == 204 || status == 304;
      receiver.answers(
          "HTTP/1.1 "
              + status
              + " X\r\nConnection: close\r\n"
              + (hasNoBody ? "\r\n" : "Content-Length: 0\r\n\r\n"));
      Exchange exchange = post();
      assertEquals(status, exchange.status(), "every status from 200 to 599 comes back as it is");
      assertNull(exchange.failure(), "a status is no failure of the exchange");
      assertNull(exchange.retryAfter(), "there was no Retry-After");
      assertEquals("", exchange.snippet(), "there was no text");
      assertFalse(exchange.resent(), "it was sent once");
    }
    assertEquals(400, receiver.requests().size(), "each exchange is one request");
  }

  @Test
  void aCheckIsAnsweredWithAndWithoutBody() {
    receiver.does(
        wire -> {
          for (Heard heard = wire.read(); heard != null; heard = wire.read()) {
            boolean get = heard.line().startsWith("GET");
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (get ? "hello" : ""));
          }
        });
    for (int i = 0; i < 3; i++) {
      Exchange head = send(request("HEAD", "/", NOTHING, AMPLE));
      assertEquals(200, head.status(), "HEAD is answered without a body, whatever length it tells");
      assertEquals("", head.snippet(), "the answer to HEAD has no body");
      Exchange get = send(request("GET", "/", NOTHING, AMPLE));
      assertEquals(200, get.status(), "GET is answered");
      assertEquals("hello", get.snippet(), "the answer to GET has a body");
    }
  }

  @Test
  void retryAfterComesThroughAsItWasWritten() {
    for (String value :
        List.of("0", "120", "99999999999", "-1", "soon", "1e9", "Fri, 31 Dec 1999 23:59:59 GMT")) {
      for (String status : List.of("503", "429", "200")) {
        receiver.answers(
            "HTTP/1.1 "
                + status
                + " X\r\nretry-after: "
                + value
                + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assertEquals(
            value, post().retryAfter(), "Retry-After comes through as written, with any status");
      }
    }
  }

  @Test
  void interimAnswersArePassedOver() {
    receiver.does(
        wire -> {
          wire.read();
          wire.write("HTTP/1.1 100 Continue\r\n\r\n");
          wire.write("HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n");
          wire.answer("201 Created", bytes("ok"));
        });
    Exchange exchange = post();
    assertEquals(201, exchange.status(), "interim answers are passed over");
    assertEquals("ok", exchange.snippet(), "the final answer's text counts");
    assertNull(exchange.retryAfter(), "the final answer's headers count");
  }

  @Test
  void everyWayToEndABodyIsUnderstood() {
    for (String answer :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
            "HTTP/1.0 200 OK\r\n\r\nhello",
            "HTTP/1.1 200\r\nConnection: close\r\n\r\nhello")) {
      receiver.does(
          wire -> {
            wire.read();
            wire.write(answer);
          });
      Exchange exchange = post();
      assertEquals(200, exchange.status(), () -> "this is an answer: " + answer);
      assertEquals("hello", exchange.snippet(), () -> "this is an answer: " + answer);
    }
  }

  @Test
  void aBodyThatIsCutShortIsAnsweredAllTheSame() {
    for (String cut :
        List.of(
            "Content-Length: 100\r\n\r\nhalf",
            "Content-Length: 100\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf")) {
      receiver.does(
          wire -> {
            wire.read();
            wire.write("HTTP/1.1 200 OK\r\n" + cut);
          });
      assertEquals(200, post().status(), "an answer counts though its body is cut short");
    }
  }

  @Test
  void aBodyWithoutEndIsAnsweredAllTheSame() {
    for (String framing :
        List.of("Content-Length: 9000000000000", "Connection: close", "X: y; a=b")) {
      receiver.does(
          wire -> {
            wire.read();
            wire.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + framing + "\r\n\r\n");
            wire.flood("x".repeat(4096));
          });
      Exchange exchange = post();
      assertEquals(200, exchange.status(), "of a body no more is read than the snippet needs");
      assertEquals("x".repeat(1024), exchange.snippet(), "a snippet has at most 1,024 characters");
    }
    receiver.does(
        wire -> {
          wire.read();
          wire.write("HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n");
          wire.flood("1000\r\n" + "x".repeat(0x1000) + "\r\n");
        });
    assertEquals(503, post().status(), "of a body no more is read than the snippet needs");
  }
}
