package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver points elsewhere, in every way there is; elsewhere is a bait that may be dialled. */
@Timeout(60)
class NothingIsFollowedTest {

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 305, 306, 307, 308, 399})
  void noRedirectIsFollowed(int status) throws IOException {
    for (String method : new String[] {"POST", "HEAD", "GET"}) {
      assertStays(method, status, "Location: BAIT\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | Alt-Svc: http/1.1=\"127.0.0.1:PORT\"; ma=3600",
        "200 | Alt-Svc: h2=\"127.0.0.1:PORT\", h3=\"127.0.0.1:PORT\"",
        "200 | Refresh: 0; url=BAIT",
        "200 | Location: BAIT",
        "201 | Location: BAIT",
        "202 | Location: BAIT",
        "200 | Content-Location: BAIT",
        "200 | Link: <BAIT>; rel=preload",
        "401 | WWW-Authenticate: Basic realm=\"BAIT\"",
        "407 | Proxy-Authenticate: Basic realm=\"BAIT\"",
        "503 | Retry-After: 0",
        "421 | Location: BAIT",
        "426 | Upgrade: h2c",
      })
  void noHeaderOfAnAnswerLeadsElsewhere(int status, String header) throws IOException {
    assertStays("POST", status, header + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: <BAIT>; rel=preload\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLocation: BAIT\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
      })
  void interimAnswersArePassedOver(String interim) throws IOException {
    try (RawReceiver bait = RawReceiver.answering(RawReceiver.OK);
        RawReceiver receiver = RawReceiver.answering(aimed(interim, bait.port()) + RawReceiver.OK);
        Sending sending = Sending.to(receiver.port(), bait.port())) {
      assertEquals(200, sending.post(receiver.port()).status());
      assertEquals(1, receiver.requests().size());
      assertEquals(0, bait.connections());
    }
  }

  @Test
  void aSwitchOfProtocolsIsAFailureAndTheConnectionIsNotUsedAgain() throws IOException {
    String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";
    try (RawReceiver receiver = RawReceiver.answering(answer);
        Sending sending = Sending.to(receiver.port())) {
      assertEquals(0, sending.post(receiver.port()).status());
      assertEquals(0, sending.post(receiver.port()).status());
      assertEquals(2, sending.dialled().size());
    }
  }

  private static void assertStays(String method, int status, String headers) throws IOException {
    try (RawReceiver bait = RawReceiver.answering(RawReceiver.OK)) {
      String answer =
          aimed("HTTP/1.1 " + status + " X\r\n" + headers, bait.port())
              + (status == 304 ? "\r\n" : "Content-Length: 0\r\n\r\n");
      try (RawReceiver receiver = RawReceiver.answering(answer);
          Sending sending = Sending.to(receiver.port(), bait.port())) {
        String url = "http://127.0.0.1:" + receiver.port() + "/";
        String body = method.equals("POST") ? "{}" : "";
        for (int i = 1; i <= 2; i++) { // the second shows what was remembered of the first
          assertEquals(
              status, sending.send(method, url, Map.of(), body, Sending.AMPLE).status(), headers);
          assertEquals(i, receiver.requests().size());
        }
        assertTrue(receiver.requests().stream().allMatch(r -> r.startsWith(method + " / ")));
        assertEquals(0, bait.connections());
      }
    }
  }

  private static String aimed(String text, int port) {
    return text.replace("BAIT", "http://127.0.0.1:" + port + "/")
        .replace("PORT", Integer.toString(port));
  }
}
