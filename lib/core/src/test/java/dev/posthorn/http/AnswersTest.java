package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
  @Test
  void tellsStatusAndTextAndSendsExactlyWhatWasGiven() throws IOException {
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange =
          sending.send(
              "POST",
              "http://127.0.0.1:" + receiver.port() + "/a?b=c",
              Map.of("Content-Type", "application/json"),
              "{\"ü\":1}",
              Sending.AMPLE);
      assertEquals(201, exchange.status());
      assertNull(exchange.failure());
      assertEquals("hello", exchange.snippet());
      assertFalse(exchange.resent());
      assertTrue(exchange.took().toNanos() > 0);
      assertEquals(
          "POST /a?b=c HTTP/1.1\r\n"
              + "Content-Type: application/json\r\n"
              + "Accept-Encoding: identity\r\n"
              + "Content-Length: 8\r\n"
              + ("Host: 127.0.0.1:" + receiver.port() + "\r\n")
              + "Connection: Keep-Alive\r\n\r\n"
              + "{\"ü\":1}",
          receiver.requests().get(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "GET"})
  void checksAnEndpointWithoutABody(String method) throws IOException {
    String text = method.equals("GET") ? "hi" : "";
    try (RawReceiver receiver =
            RawReceiver.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + text);
        Sending sending = Sending.to(receiver.port())) {
      String url = "http://127.0.0.1:" + receiver.port() + "/";
      for (int i = 0; i < 3; i++) {
        Exchange exchange = sending.send(method, url, Map.of(), "", Sending.AMPLE);
        assertEquals(200, exchange.status());
        assertEquals(text, exchange.snippet());
      }
      assertEquals(1, receiver.connections(), "the connection is kept");
      assertTrue(receiver.requests().get(0).startsWith(method + " / HTTP/1.1\r\n"));
      assertFalse(receiver.requests().get(0).contains("Content-Length"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, 503, Retry-After: 0",
    "POST, 408, X: y",
    "POST, 408, Retry-After: 0",
    "POST, 421, X: y",
    "POST, 401, WWW-Authenticate: Basic realm=x",
    "POST, 407, Proxy-Authenticate: Basic realm=x",
    "POST, 300, Location: /other",
    "POST, 301, Location: /other",
    "POST, 302, Location: /other",
    "POST, 303, Location: /other",
    "POST, 307, Location: /other",
    "POST, 308, Location: http://169.254.169.254/",
    "POST, 200, Refresh: 0; url=/other",
    "POST, 200, Alt-Svc: h2=\":1\"",
    "HEAD, 503, Retry-After: 0",
    "HEAD, 408, X: y",
    "GET, 408, X: y",
    "GET, 302, Location: /other",
    "GET, 503, Retry-After: 0",
  })
  void sendsOnceWhateverTheAnswerAsksFor(String method, int status, String header)
      throws IOException {
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 " + status + " X\r\n" + header + "\r\nContent-Length: 0\r\n\r\n");
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange =
          sending.send(
              method,
              "http://127.0.0.1:" + receiver.port() + "/",
              Map.of(),
              method.equals("POST") ? "x" : "",
              Sending.AMPLE);
      assertEquals(status, exchange.status());
      assertEquals(1, receiver.requests().size());
      assertEquals(1, sending.dialled().size());
      assertEquals(header.startsWith("Retry-After") ? "0" : null, exchange.retryAfter());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999", "120", "Fri, 31 Dec 1999 23:59:59 GMT", "-1", "soon", "1e9"})
  void handsRetryAfterOnAsItCame(String value) throws IOException {
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 503 X\r\nRetry-After: " + value + "\r\nContent-Length: 0\r\n\r\n");
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(503, exchange.status());
      assertEquals(value, exchange.retryAfter());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 -10 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 199999 X\r\n\r\n",
        "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "220 mail ESMTP\r\n",
        "\r\n\r\n",
        "\u0000\u0001\u0002\n",
        "HTTP/1.1 204 X\r\nContent-Length: 7\r\n\r\nsurplus",
      })
  void whatIsNotHttpIsAProtocolFailure(String answer) throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  if (wire.readRequest()) {
                    wire.write(answer);
                  }
                });
        Sending sending = Sending.to(receiver.port())) {
      assertEquals(FailureDetail.PROTOCOL, sending.post(receiver.port()).failure());
      assertEquals(1, receiver.requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Len"
      })
  void anEndBeforeTheHeadIsCompleteIsAReset(String answer) throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  if (wire.readRequest()) {
                    wire.write(answer);
                  }
                });
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(FailureDetail.RESET, exchange.failure());
      assertFalse(exchange.resent(), "the connection was new");
      assertEquals(1, receiver.requests().size());
    }
  }

  @Test
  void aResetBeforeOrAfterReadingTheRequestIsAReset() throws IOException {
    try (RawReceiver before = new RawReceiver(RawReceiver.Wire::reset);
        RawReceiver after =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.reset();
                });
        Sending sending = Sending.to(before.port(), after.port())) {
      assertEquals(FailureDetail.RESET, sending.post(before.port()).failure());
      assertEquals(FailureDetail.RESET, sending.post(after.port()).failure());
      assertEquals(1, before.connections());
      assertEquals(1, after.connections());
    }
  }

  @Test
  void aHeadThatDoesNotEndIsAProtocolFailure() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write("HTTP/1.1 200 OK\r\n");
                  for (int i = 0; i < 100; i++) {
                    wire.write("X-" + i + ": " + "x".repeat(10_000) + "\r\n");
                  }
                  wire.hang();
                });
        Sending sending = Sending.to(receiver.port())) {
      assertEquals(FailureDetail.PROTOCOL, sending.post(receiver.port()).failure());
    }
  }

  @Test
  void anAnswerThatEndsInItsBodyIsStillAnAnswer() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                });
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(200, exchange.status());
      assertEquals("half", exchange.snippet());
    }
  }

  @Test
  void anEarlyAnswerCountsThoughTheRequestWasNotTaken() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.write("HTTP/1.1 413 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                  wire.hang();
                });
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(413, exchange.status());
    }
  }

  @Test
  void compressedBytesAreNeverInflated() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 1000; i++) {
        gzip.write(new byte[10_000]);
      }
    }
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write(
                      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
                          + "Content-Length: "
                          + bomb.size()
                          + "\r\n\r\n");
                  wire.write(bomb.toByteArray());
                });
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(200, exchange.status());
      assertEquals("", exchange.snippet());
      assertTrue(receiver.requests().get(0).contains("Accept-Encoding: identity\r\n"));
    }
  }

  @Test
  void anEndlessBodyIsReadNoFurtherThanNeeded() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  while (true) { // ends when the sender goes
                    wire.write("1000\r\n" + "x".repeat(0x1000) + "\r\n");
                  }
                });
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange = sending.post(receiver.port());
      assertEquals(200, exchange.status());
      assertEquals("x".repeat(1024), exchange.snippet());
    }
  }

  @Test
  void aShortBodyKeepsTheConnectionAndALongOneCostsIt() throws IOException {
    int cap = 8 * 1024;
    for (int length : new int[] {0, 1, cap - 1, cap, 100 * cap}) {
      try (RawReceiver receiver =
              RawReceiver.answering(
                  "HTTP/1.1 200 OK\r\nContent-Length: "
                      + length
                      + "\r\n\r\n"
                      + "x".repeat(length));
          Sending sending = Sending.to(receiver.port())) {
        for (int i = 0; i < 3; i++) {
          assertEquals(200, sending.post(receiver.port()).status());
        }
        assertEquals(length <= cap ? 1 : 3, receiver.connections(), length + " bytes");
      }
    }
  }

  @Test
  void cookiesAreNotKept() throws IOException {
    try (RawReceiver receiver =
            RawReceiver.answering(
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
        Sending sending = Sending.to(receiver.port())) {
      sending.post(receiver.port());
      sending.post(receiver.port());
      assertFalse(receiver.requests().get(1).toLowerCase(java.util.Locale.ROOT).contains("cookie"));
    }
  }

  @Test
  void aLargeBodyArrivesWhole() throws IOException {
    String body = "0123456789".repeat(30_000);
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending = Sending.to(receiver.port())) {
      Exchange exchange =
          sending.send(
              "POST", "http://127.0.0.1:" + receiver.port() + "/", Map.of(), body, Sending.AMPLE);
      assertEquals(200, exchange.status());
      byte[] received = receiver.requests().get(0).getBytes(StandardCharsets.UTF_8);
      assertTrue(new String(received, StandardCharsets.UTF_8).endsWith("\r\n\r\n" + body));
    }
  }
}
