package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a {@code WebhookSender} promises to put on the wire. */
abstract class RequestCompatibility extends SenderFixture {
  private static final List<String> OWN =
      List.of("host", "connection", "content-length", "accept-encoding");

  @Test
  void methodPathAndQueryArriveAsTheyAre() {
    String target = "/a%20b/%C3%BC/x;y=1/~z?q=a%2Bb+c&r=%26&s&t=/?";
    for (String method : List.of("POST", "HEAD", "GET", "OPTIONS")) {
      receiver.requests().clear();
      send(request(method, target, NOTHING, AMPLE));
      assertEquals(
          method + " " + target + " HTTP/1.1",
          heard().line(),
          "method, path and query arrive as they are");
    }
  }

  @Test
  void headersArriveAsTheyAre() {
    StringBuilder printable = new StringBuilder();
    for (char c = '!'; c <= '~'; c++) {
      printable.append(c).append(c % 8 == 0 ? " " : "");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/cloudevents+json; charset=\"utf-8\"");
    headers.put("User-Agent", "Test/1 (a; b)");
    headers.put("Authorization", "Bearer a.b-c_d==");
    headers.put("X-Printable", printable.toString());
    headers.put("X-Tab", "a\tb");
    headers.put("X-Empty", "");
    headers.put("X-Long", "0123456789".repeat(400));
    headers.put("!#$%&'*+-.^_`|~1", "an odd name");
    send(new Request("POST", url("/hooks"), headers, bytes("x"), AMPLE));

    Heard heard = heard();
    headers.forEach(
        (name, value) ->
            assertEquals(
                List.of(value), heard.values(name), () -> name + " arrives once and as it is"));
    List<String> added = new ArrayList<>(heard.names());
    headers.keySet().forEach(name -> added.remove(name.toLowerCase(Locale.ROOT)));
    assertTrue(OWN.containsAll(added), () -> "no header is added but " + OWN + ": " + added);
  }

  @Test
  void nothingIsAddedButWhatHttpNeeds() {
    for (String method : List.of("POST", "HEAD", "GET", "OPTIONS")) {
      receiver.requests().clear();
      send(request(method, "/", bytes(method.equals("POST") ? "x" : ""), AMPLE));
      Heard heard = heard();
      assertTrue(
          OWN.containsAll(heard.names()),
          () -> "no header is added but " + OWN + ": " + heard.names());
      assertEquals(
          List.of(receiver.address()), heard.values("Host"), "Host is the URL's host and port");
      assertTrue(
          List.of(List.of(), List.of("identity")).contains(heard.values("Accept-Encoding")),
          "no compressed answer is asked for");
    }
  }

  @Test
  void bodiesArriveByteForByte() {
    for (int length : new int[] {0, 1, 255, 256, 256 * 1024}) {
      byte[] body = new byte[length];
      for (int i = 0; i < length; i++) {
        body[i] = (byte) (i * 31 + i / 256);
      }
      receiver.requests().clear();
      assertEquals(200, send(request("POST", "/", body, AMPLE)).status(), "it is answered");
      assertEquals(
          List.of("" + length),
          heard().values("Content-Length"),
          "a POST tells the length of its body, of an empty one too");
      assertArrayEquals(body, heard().body(), "a body arrives byte for byte");
    }
  }

  @Test
  void aCheckHasNoBody() {
    for (String method : List.of("HEAD", "GET", "OPTIONS")) {
      receiver.requests().clear();
      send(request(method, "/", NOTHING, AMPLE));
      assertTrue(
          List.of(List.of(), List.of("0")).contains(heard().values("Content-Length")),
          method + " has no body");
    }
  }

  @Test
  void whatAnAnswerAllowsIsHandedOn() {
    String end = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    receiver.answers(
        "HTTP/1.1 405 X\r\nwebhook-allowed-origin: a.example\r\nWebHook-Allowed-Rate: 120\r\n"
            + end);
    Exchange told = send(request("OPTIONS", "/", NOTHING, AMPLE));
    assertEquals(405, told.status(), "the status is handed on");
    assertEquals("a.example", told.allowedOrigin(), "the allowed origin is handed on");
    assertEquals("120", told.allowedRate(), "the allowed rate is handed on");
    receiver.answers(
        "HTTP/1.1 200 X\r\nWebHook-Allowed-Origin: a.example\r\nWebHook-Allowed-Origin: *\r\n"
            + end);
    Exchange twice = send(request("OPTIONS", "/", NOTHING, AMPLE));
    assertEquals(
        "a.example, *", twice.allowedOrigin(), "what is there twice does not look like one");
    assertNull(twice.allowedRate(), "what is not there is not made up");
  }

  @Test
  void itIsSentOnceWhateverTheAnswerAsksFor() {
    String own = "http://" + receiver.address() + "/other";
    List<String> answers =
        List.of(
            "300 X\r\nLocation: /other",
            "301 X\r\nLocation: /other",
            "302 X\r\nLocation: /other",
            "303 X\r\nLocation: " + own,
            "307 X\r\nLocation: " + own,
            "308 X\r\nLocation: /other",
            "401 X\r\nWWW-Authenticate: Basic realm=x",
            "407 X\r\nProxy-Authenticate: Basic realm=x",
            "408 X",
            "408 X\r\nRetry-After: 0",
            "421 X",
            "429 X\r\nRetry-After: 0",
            "503 X\r\nRetry-After: 0",
            "200 X\r\nRefresh: 0; url=/other");
    for (String method : List.of("POST", "HEAD", "GET", "OPTIONS")) {
      for (String answer : answers) {
        receiver.requests().clear();
        receiver.answers(
            "HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Exchange exchange =
            send(request(method, "/", bytes(method.equals("POST") ? "x" : ""), AMPLE));
        String asked = method + " is sent once, though the answer is " + answer;
        assertEquals(answer.substring(0, 3), "" + exchange.status(), asked);
        assertEquals(1, receiver.requests().size(), asked);
      }
    }
  }

  @Test
  void cookiesAreNotKept() {
    receiver.answers("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
    post();
    post();
    assertEquals(List.of(), receiver.requests().get(1).values("Cookie"), "no cookie is sent back");
  }
}
