package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is signed here is accepted by the verifiers that receivers use, and nothing that differs.
 */
class ForeignVerifiersTest {
  private static final int EVENTS = 1_000;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz {}[]\"\\:,.0123456789äß€😀";

  /** Refuses by throwing. */
  private interface Verifier {
    void verify(String body, Map<String, List<String>> headers) throws Exception;
  }

  @Test
  void thatOfStandardWebhooks() throws Exception {
    DeliveryContract contract = Contracts.standardWebhooks();
    Secret key = contract.wire().authentication().newKey(new Random(1));
    tryAll(contract, key, new com.standardwebhooks.Webhook(key.reveal())::verify);
  }

  @Test
  void thatOfSvixForBothContracts() throws Exception {
    for (DeliveryContract contract :
        List.of(Contracts.standardWebhooks(), Contracts.notification())) {
      Secret key = contract.wire().authentication().newKey(new Random(2));
      com.svix.Webhook svix = new com.svix.Webhook(key.reveal());
      tryAll(contract, key, (body, headers) -> svix.verify(body, headers));
    }
  }

  @Test
  void thatOfSvixByItsOwnHeaders() throws Exception {
    DeliveryContract contract = Contracts.standardWebhooks().headerPrefix("svix-").named("svix");
    Secret key = contract.wire().authentication().newKey(new Random(3));
    com.svix.Webhook svix = new com.svix.Webhook(key.reveal());
    tryAll(contract, key, (body, headers) -> svix.verify(body, headers));
  }

  /** Each event as it is, and with one byte changed in the body and in each signed header. */
  private static void tryAll(DeliveryContract contract, Secret key, Verifier foreign)
      throws Exception {
    Random random = new Random(42);
    String prefix = contract.wire().headerPrefix();
    for (int i = 0; i < EVENTS; i++) {
      WireFormat.Encoded sent = encoded(contract, key, random, i);
      Map<String, List<String>> headers = lists(sent.headers());
      String body = new String(sent.body(), UTF_8);
      foreign.verify(body, headers);
      for (String name : List.of("id", "timestamp", "signature")) {
        Map<String, List<String>> changed = new HashMap<>(headers);
        String value = headers.getOrDefault(prefix + name, List.of()).get(0);
        changed.put(prefix + name, List.of(changed(value, random)));
        assertRefused(contract, key, foreign, body, sent.body(), changed);
      }
      byte[] other = changed(new String(sent.body(), ISO_8859_1), random).getBytes(ISO_8859_1);
      assertRefused(contract, key, foreign, new String(other, UTF_8), other, headers);
    }
  }

  private static void assertRefused(
      DeliveryContract contract,
      Secret key,
      Verifier foreign,
      String text,
      byte[] body,
      Map<String, List<String>> headers) {
    assertThrows(Exception.class, () -> foreign.verify(text, headers));
    WebhookReceiver ours = WebhookReceiver.of(contract, key).clock(Clock.systemUTC());
    assertThrows(RefusedException.class, () -> ours.receive(headers, body));
  }

  /** One of its bytes is another one; in a signature one that matters, not the last bits. */
  private static String changed(String text, Random random) {
    int at = random.nextInt(text.length() - 3);
    char c = text.charAt(at);
    char other = c == '7' ? '8' : '7';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static WireFormat.Encoded encoded(
      DeliveryContract contract, Secret key, Random random, int number) {
    StringBuilder title = new StringBuilder();
    LETTERS.codePoints().filter(c -> random.nextBoolean()).forEach(title::appendCodePoint);
    String text = title.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    CloudEvent event =
        CloudEventBuilder.v1()
            .withId("evt-" + number)
            .withSource(URI.create("/tasks"))
            .withType("task.created")
            .withData("application/json", ("{\"title\":\"" + text + "\"}").getBytes(UTF_8))
            .build();
    Message message =
        new Message("dlv_" + number, "whk", event.getId(), event.getType(), Instant.now(), 0, null);
    return contract
        .wire()
        .encode(CanonicalEvent.of(event, Instant.now(), 1 << 20), message, List.of(key));
  }

  private static Map<String, List<String>> lists(Map<String, String> headers) {
    Map<String, List<String>> lists = new HashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return lists;
  }
}
