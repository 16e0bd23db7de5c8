package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a shared key detects, and what it cannot: it proves that the sender knows it, and is bound
 * to nothing else in the request.
 */
class TamperingTest {
  private final WebhookReceiver receiver =
      WebhookReceiver.of(Contracts.oneHorizon(), Secret.of("one-key"));

  @Test
  void everyChangeOfOneByteOfTheKeyIsA401() {
    for (String key : neighbours("one-key")) {
      Reply reply = Request.usual().with("X-One-Webhook-Key", key).post(receiver, event -> {});

      assertEquals(401, reply.status(), key);
    }
  }

  @Test
  void everyChangeOfOneByteOfTheTypeOrIdHeaderIsA400() {
    for (String type : neighbours("task.updated")) {
      Reply reply = Request.usual().with("X-One-Event-Type", type).post(receiver, event -> {});

      assertEquals(400, reply.status(), type);
    }
    for (String id : neighbours("evt_1")) {
      Reply reply = Request.usual().with("X-One-Event-Id", id).post(receiver, event -> {});

      assertEquals(400, reply.status(), id);
    }
  }

  @Test
  void inAnEncodedHeaderOnlyTheCaseOfADigitMayChange() {
    CloudEvent event =
        CloudEventBuilder.v1().withId(" ä%€ ").withType("t").withSource(URI.create("/a")).build();
    Request request = Request.of(Contracts.oneHorizon(), event, Secret.of("one-key"));
    String header = "%20%C3%A4%25%E2%82%AC%20";
    assertEquals(List.of(header), request.headers.get("X-One-Event-Id"));

    for (String changed : neighbours(header)) {
      int expected = changed.equalsIgnoreCase(header) ? 200 : 400;
      Reply reply = request.with("X-One-Event-Id", changed).post(receiver, e -> {});

      assertEquals(expected, reply.status(), changed);
    }
  }

  @Test
  void noChangeOfOneByteOfTheBodyMakesAnotherIdOrType() {
    byte[] body = Request.BODY.getBytes(UTF_8);
    List<CloudEvent> handled = new ArrayList<>();
    int refused = 0;
    for (int at = 0; at < body.length; at++) {
      for (byte other : others(body[at])) {
        byte[] changed = body.clone();
        changed[at] = other;
        Reply reply = Request.usual().body(changed).post(receiver, handled::add);
        assertTrue(reply.status() == 200 || reply.status() == 400, reply.toString());
        refused += reply.status() == 400 ? 1 : 0;
      }
    }
    assertTrue(refused > handled.size(), refused + " refused, " + handled.size() + " handled");
    for (CloudEvent event : handled) {
      assertEquals("evt_1", event.getId());
      assertEquals("task.updated", event.getType());
    }
  }

  @Test
  void aSharedKeyDoesNotSeeThatTheRestOfTheBodyIsAnother() {
    List<CloudEvent> handled = new ArrayList<>();
    Request.usual()
        .body(Request.BODY.replace("1.10", "9.10").replace("tsk_1", "tsk_2"))
        .post(receiver, handled::add);

    assertEquals("tsk_2", handled.get(0).getSubject());
    assertTrue(new String(handled.get(0).getData().toBytes(), UTF_8).contains("9.10"));
  }

  @Test
  void aSharedKeyDoesNotSeeAReplayWhichTheMemoryDoes() {
    List<CloudEvent> handled = new ArrayList<>();
    WebhookReceiver remembering = receiver.remembering(RecentEvents.atMost(10));

    Request.usual().post(remembering, handled::add);
    Request.usual().post(remembering, handled::add);

    assertEquals(1, handled.size());
  }

  /** Each bit turned, and what means something to JSON. */
  private static byte[] others(byte b) {
    byte[] others = Arrays.copyOf("\0 \"\\,:{}[]0n/".getBytes(UTF_8), 21);
    for (int bit = 0; bit < 8; bit++) {
      others[13 + bit] = (byte) (b ^ (1 << bit));
    }
    return others;
  }

  /** Every text in which one byte is another one, is missing, or is there twice. */
  private static List<String> neighbours(String text) {
    List<String> all = new ArrayList<>();
    for (int at = 0; at < text.length(); at++) {
      String before = text.substring(0, at);
      String after = text.substring(at + 1);
      all.add(before + after);
      all.add(before + text.charAt(at) + text.charAt(at) + after);
      for (int b = 0; b < 256; b++) {
        String other = new String(new byte[] {(byte) b}, ISO_8859_1);
        if (b != text.charAt(at)) {
          all.add(before + other + after);
        }
      }
    }
    return all;
  }
}
