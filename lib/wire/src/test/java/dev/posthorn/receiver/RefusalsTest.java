package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.Secret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private static final Secret KEY = Secret.of("one-key");
  private static final String NOT_VALID = "the body is not a valid CloudEvent in JSON";

  private final WebhookReceiver receiver = WebhookReceiver.of(Contracts.oneHorizon(), KEY);

  @Test
  void whatTheSenderSendsIsLetIn() {
    Reply reply = Request.usual().post(receiver, event -> assertEquals("evt_1", event.getId()));

    assertReply(200, "received", reply);
    assertEquals("text/plain; charset=utf-8", reply.headers().get("Content-Type"));
  }

  @Test
  void a401IsARequestThatNoCurrentKeyProves() {
    String missing = "X-One-Webhook-Key is missing";
    String wrong = "X-One-Webhook-Key is not a current key";
    assertRefused(401, missing, Request.usual().without("X-One-Webhook-Key"));
    assertRefused(401, missing, Request.usual().with("X-One-Webhook-Key"));
    assertRefused(401, missing, Request.usual().with("X-One-Webhook-Key", " \t"));
    String[] others = {
      "one-kez", "One-key", "one-ke", "one-key2", "one-key, one-key", "one-key,", "öne-key", "*"
    };
    for (String other : others) {
      assertRefused(401, wrong, Request.usual().with("X-One-Webhook-Key", other));
    }
  }

  @Test
  void aCharacterThatBytesCannotHoldIsNotTakenForTheOneInItsPlace() {
    WebhookReceiver asksForAMark = WebhookReceiver.of(Contracts.oneHorizon(), Secret.of("?"));

    Request lone = Request.usual().with("X-One-Webhook-Key", "\ud800");
    assertReply(401, "X-One-Webhook-Key is not a current key", lone.post(asksForAMark, no()));
    Request umlaut = Request.usual().with("X-One-Webhook-Key", "ä");
    assertReply(401, "X-One-Webhook-Key is not a current key", umlaut.post(asksForAMark, no()));
  }

  @Test
  void everyCurrentKeyIsAccepted() {
    WebhookReceiver rotating =
        WebhookReceiver.of(
            Contracts.oneHorizon(), Secret.of("new"), Secret.of("one-key"), Secret.of("oldest"));

    for (String key : new String[] {"new", "one-key", "oldest"}) {
      Request request = Request.usual().with("x-one-webhook-KEY", key);
      request.without("X-One-Webhook-Key");
      assertEquals(200, request.post(rotating, event -> {}).status(), key);
    }
    Request revoked = Request.usual().with("X-One-Webhook-Key", "older still");
    assertReply(401, "X-One-Webhook-Key is not a current key", revoked.post(rotating, no()));
  }

  @Test
  void withoutKeyAnyoneIsLetInAndOnlyBySayingSo() {
    WebhookReceiver open = WebhookReceiver.withoutKey(Contracts.oneHorizon());

    Request keyless = Request.usual().without("X-One-Webhook-Key");
    assertEquals(200, keyless.post(open, event -> {}).status());
    assertEquals(
        "a receiver needs a key; withoutKey(contract) lets anyone in",
        assertThrows(
                IllegalArgumentException.class, () -> WebhookReceiver.of(Contracts.oneHorizon()))
            .getMessage());
  }

  @Test
  void aKeyThatCanNeverArriveIsRefusedAtOnce() {
    assertEquals(
        "the key must be printable ASCII without a space at either end, since it travels in a header",
        assertThrows(
                IllegalArgumentException.class,
                () -> WebhookReceiver.of(Contracts.oneHorizon(), KEY, Secret.of("schlüssel ")))
            .getMessage());
  }

  @Test
  void aRepeatedHeaderIsRefusedEvenWithTheSameValue() {
    String[] names = {"X-One-Webhook-Key", "X-One-Event-Type", "X-One-Event-Id", "Content-Type"};
    for (String name : names) {
      String value = String.valueOf(Request.usual().headers.get(name)).replaceAll("[\\[\\]]", "");
      String reason = "the header " + name + " is there more than once";

      assertRefused(400, reason, Request.usual().with(name, value, value));
      assertRefused(400, reason, Request.usual().with(name.toLowerCase(Locale.ROOT), value));
    }
  }

  @Test
  void joinedByACommaTheyAreRefusedToo() {
    assertRefused(
        400,
        "X-One-Event-Type is not the type of the event in the body",
        Request.usual().with("X-One-Event-Type", "task.updated, task.updated"));
    assertRefused(
        400,
        "X-One-Event-Id is not the id of the event in the body",
        Request.usual().with("X-One-Event-Id", "evt_1,evt_1"));
    assertRefused(
        415,
        "Content-Type must be application/cloudevents+json",
        Request.usual()
            .with("Content-Type", "application/cloudevents+json, application/cloudevents+json"));
  }

  @Test
  void a413IsABodyOverTheLimit() {
    int size = Request.BODY.length();

    assertEquals(200, Request.usual().post(receiver.atMost(size), event -> {}).status());
    Reply reply = Request.usual().post(receiver.atMost(size - 1), no());
    assertReply(413, "the body has more than " + (size - 1) + " bytes", reply);
    Request large = Request.usual().body(new byte[256 * 1024 + 3]);
    assertRefused(413, "the body has more than 262146 bytes", large);
    for (int bytes : new int[] {0, -1, 64 * 1024 * 1024 + 1}) {
      assertEquals(
          "atMost must be 1 to 67108864 bytes: " + bytes,
          assertThrows(IllegalArgumentException.class, () -> receiver.atMost(bytes)).getMessage());
    }
  }

  @Test
  void a415IsABodyOfAnotherType() {
    String essence = "application/cloudevents+json";
    assertRefused(
        415,
        "Content-Type is missing: it must be " + essence,
        Request.usual().without("Content-Type"));
    String[] others = {
      "", "application/json", "application/cloudevents-batch+json", "text/plain", essence + "x"
    };
    for (String other : others) {
      assertRefused(
          415, "Content-Type must be " + essence, Request.usual().with("Content-Type", other));
    }
    String[] charsets = {"utf-16", "\"iso-8859-1\"", "", "utf-8; charset=utf-7"};
    for (String charset : charsets) {
      assertRefused(
          415,
          "the charset of " + essence + " must be utf-8",
          Request.usual().with("Content-Type", essence + "; charset=" + charset));
    }
    assertRefused(
        415,
        "the body must not have a Content-Encoding",
        Request.usual().with("Content-Encoding", "gzip"));
  }

  @Test
  void theTypeIsReadAsHttpWritesIt() {
    String[] same = {
      "application/cloudevents+json",
      "Application/CloudEvents+JSON;charset=UTF-8",
      " application/cloudevents+json ; charset=\"utf-8\" ",
      "application/cloudevents+json; profile=x; charset=utf-8"
    };
    for (String type : same) {
      Request request = Request.usual().with("Content-Type", type);
      assertEquals(200, request.post(receiver, event -> {}).status(), type);
    }
    Request identity = Request.usual().with("Content-Encoding", "Identity");
    assertEquals(200, identity.post(receiver, event -> {}).status());
  }

  @Test
  void a400IsAHeaderThatSaysAnotherEvent() {
    for (String type : new String[] {"task.created", "TASK.UPDATED", "", "task%2Eupdated"}) {
      assertRefused(
          400,
          "X-One-Event-Type is not the type of the event in the body",
          Request.usual().with("X-One-Event-Type", type));
    }
    assertRefused(
        400,
        "X-One-Event-Id is not the id of the event in the body",
        Request.usual().with("X-One-Event-Id", "evt_2"));
  }

  @Test
  void missingTypeAndIdHeadersAreTakenAsTheDocumentsSampleTakesThem() {
    Request bare = Request.usual().without("X-One-Event-Type").without("X-One-Event-Id");

    assertEquals(200, bare.post(receiver, event -> {}).status());
  }

  @Test
  void a400IsAnEventThatBreaksCloudEvents() {
    assertInvalid("has no specversion", "\"specversion\":\"1.0\",", "");
    assertInvalid("specversion must be 1.0: \"0.3\"", "1.0", "0.3");
    assertInvalid("\"specversion\", not VALUE_NUMBER_FLOAT", "\"1.0\"", "1.0");
    assertInvalid("'id'", "\"id\":\"evt_1\",", "");
    assertInvalid("'id'", "\"evt_1\"", "null");
    assertInvalid("id must not be empty", "evt_1", "");
    assertInvalid("id must not hold a control character: U+0000 at index 0", "evt_1", "\\u0000");
    assertInvalid("id must have at most 1024 bytes in UTF-8", "evt_1", "x".repeat(1025));
    assertInvalid("'type'", "\"type\":\"task.updated\",", "");
    assertInvalid("type must not be empty", "task.updated", "");
    assertInvalid("'source'", "\"source\":\"onehorizon/workspaces/w_1\",", "");
    assertInvalid("source must not be empty", "onehorizon/workspaces/w_1", "");
    assertInvalid("Illegal character", "onehorizon/", "one horizon/");
    assertInvalid("could not be parsed", "12:00:00Z", "25:00:00Z");
    assertInvalid("subject must not be empty", "\"tsk_1\",\"workspaceid\"", "\"\",\"workspaceid\"");
    assertInvalid("must be a media type", "\"application/json\"", "\"a b/c+json\"");
    assertInvalid("names \"id\" twice", "{\"specversion\"", "{\"id\":\"evt_1\",\"specversion\"");
    assertInvalid("names \"x\" twice", "{\"specversion\"", "{\"x\":1,\"x\":1,\"specversion\"");
    assertInvalid("workspaceId", "workspaceid", "workspaceId");
    assertInvalid("\"workspaceid\", not START_OBJECT", "\"w_1\",\"data\"", "{},\"data\"");
    assertInvalid(
        "both \"data\" and \"data_base64\"", "\"data\":", "\"data_base64\":\"\",\"data\":");
    assertInvalid("as \"data_base64\"", "\"application/json\"", "\"text/plain\"");
  }

  @Test
  void a400IsABodyThatIsNoJsonObject() {
    for (String body : new String[] {"[]", "1", "\"x\"", "null"}) {
      assertInvalidBody("must be an object", body);
    }
    assertInvalidBody("must be an object", "");
    assertInvalidBody("is not JSON", "{specversion:'1.0'}");
    assertInvalidBody("more follows it", Request.BODY + "{}");
    assertInvalidBody("is not JSON", Request.BODY + "x");
    assertInvalidBody("is not JSON", Request.BODY.replace("1.10", "NaN"));
    assertInvalidBody("is not JSON", Request.BODY.replace("1.10", "01"));
    assertInvalidBody("is not JSON", "/**/" + Request.BODY);
  }

  @Test
  void nothingOfTheRequestAndNoKeyIsInAnAnswer() {
    String marked = "M4RKED";
    Request[] requests = {
      Request.usual().with("X-One-Webhook-Key", marked),
      Request.usual().with("X-One-Event-Type", marked),
      Request.usual().with("X-One-Event-Id", marked),
      Request.usual().with("Content-Type", marked),
      Request.usual().with("Content-Type", "application/cloudevents+json; charset=" + marked),
      Request.usual().with("Content-Encoding", marked),
      Request.usual().body("{\"" + marked + "\":1,\"" + marked + "\":1}"),
      Request.usual().body(marked)
    };
    for (Request request : requests) {
      Reply reply = request.post(receiver, no());

      assertFalse(reply.toString().contains(marked), reply.toString());
      assertFalse(reply.headers().toString().contains(marked));
      assertFalse(reply.toString().contains("one-key"), reply.toString());
    }
  }

  @Test
  void anExceptionShowsNoKeyAndCannotForgeALineOfALog() {
    Request lines =
        Request.usual().body(Request.BODY.replace("1.0\"", "\\n2026 INFO all is well\\u001b[0m\""));
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(lines.headers, lines.body));
    assertEquals(
        NOT_VALID + ": specversion must be 1.0: \"?2026 INFO all is well?[0m\"",
        refused.getMessage());
    assertEquals(NOT_VALID, refused.reason());

    Request wrongKey = Request.usual().with("X-One-Webhook-Key", "guess");
    RefusedException unknown =
        assertThrows(
            RefusedException.class, () -> receiver.receive(wrongKey.headers, wrongKey.body));
    StringWriter printed = new StringWriter();
    unknown.printStackTrace(new PrintWriter(printed));
    refused.printStackTrace(new PrintWriter(printed));
    assertFalse(printed.toString().contains("one-key"));
    assertFalse(printed.toString().contains("guess"));
    assertFalse(printed.toString().contains("\n2026"));
    assertEquals("WebhookReceiver[onehorizon, keys: 1]", receiver.toString());
  }

  @Test
  void aMessageStaysShort() {
    Request wordy = Request.usual().body(Request.BODY.replace("1.0\"", "x".repeat(100_000) + "\""));
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(wordy.headers, wordy.body));

    assertEquals(NOT_VALID.length() + 2 + 300, String.valueOf(refused.getMessage()).length());
  }

  private void assertInvalid(String detail, String part, String replacement) {
    assertTrue(Request.BODY.contains(part), part);
    assertInvalidBody(detail, Request.BODY.replace(part, replacement));
  }

  private void assertInvalidBody(String detail, String body) {
    Request request = Request.usual().body(body);
    assertRefused(400, NOT_VALID, request);
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(request.headers, request.body));
    assertTrue(
        String.valueOf(refused.getMessage()).contains(detail),
        String.valueOf(refused.getMessage()));
  }

  private void assertRefused(int status, String reason, Request request) {
    assertReply(status, reason, request.post(receiver, no()));
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(request.headers, request.body));
    assertEquals(status, refused.status());
    assertEquals(reason, refused.reason());
  }

  private static void assertReply(int status, String line, Reply reply) {
    assertEquals(status, reply.status(), reply.toString());
    assertEquals(line, new String(reply.body(), UTF_8));
  }

  private static EventHandler no() {
    return event -> fail("handled " + event.getId());
  }
}
