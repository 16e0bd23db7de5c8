package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.HmacSignature;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
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
  private static final int SIGNATURE_OF_STANDARD_WEBHOOKS = "v1,".length() + 44;
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

  @Test
  void thatOfStripe() throws Exception {
    DeliveryContract contract =
        Contracts.notification()
            .named("payments")
            .headerPrefix("Stripe-")
            .authentication(HmacSignature.labelled("Signature", "t", "v1"));
    Secret key = contract.wire().authentication().newKey(new Random(4));
    tryAll(
        contract,
        key,
        (body, headers) ->
            com.stripe.net.Webhook.Signature.verifyHeader(
                body,
                headers.getOrDefault("Stripe-Signature", List.of()).get(0),
                key.reveal(),
                com.stripe.net.Webhook.DEFAULT_TOLERANCE),
        new Signed("Signature", 2, 12),
        new Signed("Signature", 16, 80),
        new Signed("Signature", 0, 80));
  }

  @Test
  void thatOfStripeWhileAKeyIsRotated() throws Exception {
    Authentication stripe = HmacSignature.labelled("Signature", "t", "v1");
    Secret newer = stripe.newKey(new Random(5));
    Secret older = stripe.newKey(new Random(6));
    byte[] body = {'{', '}'};
    Message message = new Message("dlv", "whk", "evt", "/s", "a.b", Instant.now(), 0, null);
    String header =
        String.valueOf(
            stripe
                .headers("Stripe-", message, body, List.of(newer, older))
                .get("Stripe-Signature"));
    for (Secret key : List.of(newer, older)) {
      assertTrue(com.stripe.net.Webhook.Signature.verifyHeader("{}", header, key.reveal(), 300));
    }
  }

  @Test
  void whatStripeSignsIsReceived() throws Exception {
    Authentication stripe = HmacSignature.labelled("Signature", "t", "v1");
    Secret key = stripe.newKey(new Random(7));
    String header =
        com.stripe.net.Webhook.Signature.generateSignatureHeader("{\"ä\":1}", key.reveal());
    stripe.verify(
        "Stripe-",
        RequestHeaders.of(Map.of("Stripe-Signature", List.of(header))),
        "{\"ä\":1}".getBytes(UTF_8),
        List.of(key),
        Instant.now());
  }

  /** Which part of a header is signed: to the end of the value if there is none. */
  private record Signed(String header, int from, int to) {
    String changed(String value, Random random) {
      return ForeignVerifiersTest.changed(value, from, Math.min(to, value.length()), random);
    }
  }

  private static void tryAll(DeliveryContract contract, Secret key, Verifier foreign)
      throws Exception {
    int end = Integer.MAX_VALUE;
    tryAll(
        contract,
        key,
        foreign,
        new Signed("id", 0, end),
        new Signed("timestamp", 0, end),
        // not the last bits, which mean nothing in base64
        new Signed("signature", 0, SIGNATURE_OF_STANDARD_WEBHOOKS - 3));
  }

  /** Each event as it is, and with one byte changed in the body and in each part that is signed. */
  private static void tryAll(
      DeliveryContract contract, Secret key, Verifier foreign, Signed... parts) throws Exception {
    Random random = new Random(42);
    String prefix = contract.wire().headerPrefix();
    for (int i = 0; i < EVENTS; i++) {
      WireFormat.Encoded sent = encoded(contract, key, random, i);
      Map<String, List<String>> headers = lists(sent.headers());
      String body = new String(sent.body(), UTF_8);
      foreign.verify(body, headers);
      for (Signed part : parts) {
        Map<String, List<String>> changed = new HashMap<>(headers);
        String name = prefix + part.header();
        String value = headers.getOrDefault(name, List.of()).get(0);
        changed.put(name, List.of(part.changed(value, random)));
        assertRefused(contract, key, foreign, body, sent.body(), changed);
      }
      String bytes = new String(sent.body(), ISO_8859_1);
      assertBodyRefused(contract, key, foreign, changed(bytes, 0, bytes.length(), random), headers);
      int id = bytes.indexOf("evt-");
      if (id >= 0) {
        String changed = changed(bytes, id, bytes.indexOf('"', id), random);
        assertBodyRefused(contract, key, foreign, changed, headers);
      }
    }
  }

  private static void assertBodyRefused(
      DeliveryContract contract,
      Secret key,
      Verifier foreign,
      String bytes,
      Map<String, List<String>> headers) {
    byte[] body = bytes.getBytes(ISO_8859_1);
    assertRefused(contract, key, foreign, new String(body, UTF_8), body, headers);
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

  /** One of the characters in a part is another one. */
  private static String changed(String text, int from, int to, Random random) {
    int at = from + random.nextInt(to - from);
    char other = text.charAt(at) == '7' ? '8' : '7';
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
        new Message(
            "dlv_" + number,
            "whk",
            event.getId(),
            event.getSource().toString(),
            event.getType(),
            Instant.now(),
            0,
            null);
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
