package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Cookie",
        "Accept-Encoding",
        "Proxy-Authorization",
      })
  void aHeaderOfTheSenderIsRefused(String name) {
    assertEquals(
        "the header " + name + " belongs to the sender; leave it out", refusal(name, "hunter2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host:evil", "webhook-signature:v1,forged", "a b", "x\r\ny", "ü"})
  void aNameThatIsNoTokenIsRefused(String name) {
    assertEquals(
        "a header's name may only hold letters, digits and !#$%&'*+-.^_`|~",
        refusal(name, "hunter2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2\r\nX: y", "hunter2\n", "hunter2\u0000", "hunter2\u007f", "ü"})
  void aValueThatCouldEndEarlyIsRefusedAndNotShown(String value) {
    assertEquals(
        "the value of the header X-Key holds a character that is not printable ASCII",
        refusal("X-Key", value));
  }

  @Test
  void nothingIsSentWithAHeaderThatIsRefused() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending sending = Sending.to(receiver.port())) {
      String url = "http://127.0.0.1:" + receiver.port() + "/";
      assertThrows(
          IllegalArgumentException.class,
          () -> sending.send("POST", url, Map.of("Expect", "100-continue"), "", Sending.AMPLE));
      assertThrows(
          IllegalArgumentException.class,
          () -> sending.send("PUT", url, Map.of(), "", Sending.AMPLE));
      assertThrows(
          IllegalArgumentException.class,
          () -> sending.send("GET", url, Map.of(), "body", Sending.AMPLE));
      assertEquals(0, receiver.connections());
    }
  }

  private static String refusal(String name, String value) {
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> RequestHeaders.of(Map.of(name, value)));
    String message = String.valueOf(refusal.getMessage());
    assertFalse(message.contains("hunter2"));
    return message;
  }
}
