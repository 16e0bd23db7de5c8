package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120) // only catches a hang
class HostileRequestsTest {
  private static final String NOT_VALID = "Reply[400: the body is not a valid CloudEvent in JSON]";

  private final WebhookReceiver receiver =
      WebhookReceiver.of(Contracts.oneHorizon(), Secret.of("one-key"));

  @Test
  void deepNestingIsRefusedWithoutAStackOverflow() {
    String opened = "[".repeat(100_000);
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertRefused("{\"specversion\":\"1.0\",\"data\":" + opened);
    assertRefused(Request.BODY.replace("1.10", deep));
    assertRefused(Request.BODY.replace("1.10", "{\"a\":".repeat(40_000)));
    assertRefused(Request.BODY.replace("\"w_1\",\"data\"", deep + ",\"data\""));
    assertRefused(opened);
  }

  @Test
  void hugeNumbersInDataAreCarriedAndElsewhereRefused() {
    String digits = "9".repeat(200_000);
    String body = Request.BODY.replace("1.10", digits);

    CloudEvent event = handled(Request.usual().body(body));

    assertTrue(new String(event.getData().toBytes(), UTF_8).contains(digits));
    for (String number : new String[] {digits, "2147483648", "1.0", "1e400", "1e999999999"}) {
      assertRefused(Request.BODY.replace("\"w_1\",\"data\"", number + ",\"data\""));
      assertRefused(Request.BODY.replace("\"evt_1\"", number));
    }
  }

  @Test
  void duplicateAttributesAreRefusedHoweverTheyAreWritten() {
    for (String twice :
        new String[] {
          "\"id\":\"evt_1\"", "\"i\\u0064\":\"evt_1\"", "\"data\":1", "\"subject\":null"
        }) {
      assertRefused("{" + twice + "," + Request.BODY.substring(1));
    }
  }

  @Test
  void onlyUtf8WithoutAMarkIsRead() {
    assertRefused("\ufeff" + Request.BODY);
    assertRefused(Request.BODY.getBytes(UTF_16));
    assertRefused(Request.BODY.getBytes(UTF_16LE));
    assertRefused(Request.BODY.getBytes(UTF_16BE));
    assertRefused(Request.BODY + "\0");
    assertRefused("\0" + Request.BODY);
    assertRefused(Request.BODY.replace("tsk_1", "tsk\0"));
    byte[] overlong = Request.BODY.replace("tsk_1", "ab").getBytes(UTF_8);
    int at = new String(overlong, UTF_8).indexOf("ab");
    overlong[at] = (byte) 0xc0;
    overlong[at + 1] = (byte) 0xaf;
    assertRefused(overlong);
  }

  @Test
  void everyTruncatedBodyIsRefused() {
    byte[] body = Request.BODY.getBytes(UTF_8);
    for (int length = 0; length < body.length; length++) {
      assertRefused(Arrays.copyOf(body, length));
    }
  }

  @Test
  void anEndlessBodyIsReadUpToTheLimitOnly() throws IOException {
    CountingStream endless = new CountingStream();

    Reply reply =
        receiver.atMost(100_000).handle("POST", Request.usual().headers, endless, this::fails);

    assertEquals("Reply[413: the body has more than 100000 bytes]", reply.toString());
    assertEquals(100_001, endless.read);
  }

  @Test
  void aBodyThatCannotBeReadIsTheServersAffair() {
    IOException timeout = new SocketTimeoutException("Read timed out");
    InputStream slow =
        new ByteArrayInputStream("{{{".getBytes(UTF_8)) {
          @Override
          public byte[] readNBytes(int length) throws IOException {
            assertEquals(3, super.readNBytes(length).length);
            throw timeout;
          }
        };

    assertSame(
        timeout,
        assertThrows(
            IOException.class,
            () -> receiver.handle("POST", Request.usual().headers, slow, this::fails)));
  }

  @Test
  void aBodyThatComesInDripsIsTheSame() throws IOException {
    byte[] body = Request.BODY.getBytes(UTF_8);
    List<CloudEvent> handled = new ArrayList<>();
    InputStream drips =
        new ByteArrayInputStream(body) {
          @Override
          public synchronized int read(byte[] into, int from, int length) {
            return super.read(into, from, Math.min(1, length));
          }
        };

    receiver.handle("POST", Request.usual().headers, drips, handled::add);

    assertEquals("evt_1", handled.get(0).getId());
  }

  @Test
  void nullNamesAndValuesArePassedOver() {
    Request request = Request.usual();
    request.headers.put(null, List.of("HTTP/1.1 200 OK"));
    request.headers.put("X-Null", null);
    request.headers.put("x-one-webhook-key", Arrays.asList((String) null));

    assertEquals("evt_1", handled(request).getId());
  }

  @Test
  void aHundredThousandHeadersDoNotHideTheOnesThatCount() {
    Request request = Request.usual();
    for (int i = 0; i < 100_000; i++) {
      // half of them have the same hash code as the other half
      request.with((i % 2 == 0 ? "X-Aa" : "X-BB") + i / 2, "v");
    }
    assertEquals("evt_1", handled(request).getId());

    String[] keys = new String[100_000];
    Arrays.fill(keys, "one-key");
    assertEquals(
        "Reply[400: the header X-One-Webhook-Key is there more than once]",
        request.with("X-One-Webhook-Key", keys).post(receiver, this::fails).toString());
  }

  @Test
  void aRequestWithoutHeadersIsA401() {
    Request bare = new Request();

    assertEquals(
        "Reply[401: X-One-Webhook-Key is missing]", bare.post(receiver, this::fails).toString());
  }

  @Test
  void dataStaysByteForByte() {
    String data = "{ \"a\" : 1.10,\"b\":1e400 , \"a\":\"\\u00e4ä\\/\" }";
    String body = Request.BODY.replaceFirst("\"data\":.*", "\"data\":");

    CloudEvent event = handled(Request.usual().body(body + data + "}"));

    assertArrayEquals(data.getBytes(UTF_8), event.getData().toBytes());
  }

  private CloudEvent handled(Request request) {
    List<CloudEvent> handled = new ArrayList<>();
    assertEquals("Reply[200: received]", request.post(receiver, handled::add).toString());
    return handled.get(0);
  }

  private void assertRefused(String body) {
    assertRefused(body.getBytes(UTF_8));
  }

  private void assertRefused(byte[] body) {
    Reply reply = Request.usual().body(body).post(receiver, this::fails);
    assertEquals(NOT_VALID, reply.toString());
  }

  private void fails(CloudEvent event) {
    fail("handled " + event.getId());
  }

  private static final class CountingStream extends InputStream {
    private long read;

    @Override
    public int read() {
      read++;
      return ' ';
    }

    @Override
    public int read(byte[] into, int from, int length) {
      Arrays.fill(into, from, from + length, (byte) ' ');
      read += length;
      return length;
    }
  }
}
