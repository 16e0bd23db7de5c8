package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import io.cloudevents.CloudEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a receiver makes of CloudEvents in binary mode, and of the other modes where it wants one.
 */
class ModesTest {
  private static final Secret KEY = Secret.of("one-key");
  private static final String DATA = "{\"amount\":1.10}";

  private final List<CloudEvent> handled = new ArrayList<>();

  @Test
  void theSampleOfTheHttpBindingIsAnEvent() {
    assertEquals("Reply[200: received]", post(binary()));

    CloudEvent event = handled.get(0);
    assertEquals("1234-1234-1234", event.getId());
    assertEquals("com.example.someevent", event.getType());
    assertEquals("/mycontext/subcontext", event.getSource().toString());
    assertEquals("2018-04-05T03:56:24Z", String.valueOf(event.getTime()));
    assertEquals("application/json; charset=utf-8", event.getDataContentType());
    assertArrayEquals(DATA.getBytes(UTF_8), bytes(event));
  }

  @Test
  void attributesAreDecodedOnceAndQuotedOnesToo() {
    attribute("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀");
    attribute("Euro%20%e2%82%ac", "Euro €");
    attribute("%41%2541", "A%41");
    attribute("a b", "a b");
    attribute("\"a b\"", "a b");
    attribute("\"a \\\"b\\\\ %20\"", "a \"b\\  ");
    attribute("\"\"", "");
    attribute("a \"b\"", "a \"b\"");
    attribute("", "");
  }

  @Test
  void whatIsNoPercentEncodedUtf8IsRefused() {
    for (String text :
        List.of(
            "%C0%A0", "%E2%82", "%", "%4", "%zz", "ä", "\"a", "\"", "\"a\"b\"", "\"a\\\"", "\t ")) {
      String why =
          text.isBlank()
              ? "Reply[200: received]"
              : "Reply[400: a ce- header is not percent-encoded UTF-8]";
      assertEquals(why, post(binary().with("ce-x", text)), text);
    }
  }

  @Test
  void whatBreaksCloudEventsIsRefused() {
    String invalid = "Reply[400: the headers and the body are not a valid CloudEvent]";
    assertEquals(invalid, post(binary().without("ce-id")));
    assertEquals(invalid, post(binary().without("ce-source")));
    assertEquals(invalid, post(binary().without("ce-type")));
    assertEquals(invalid, post(binary().without("ce-specversion")));
    assertEquals(invalid, post(binary().with("ce-specversion", "0.3")));
    assertEquals(invalid, post(binary().with("ce-id", "")));
    assertEquals(invalid, post(binary().with("ce-id", "%0D%0AX")));
    assertEquals(invalid, post(binary().with("ce-source", "a b")));
    assertEquals(invalid, post(binary().with("ce-time", "yesterday")));
    assertEquals(invalid, post(binary().with("ce-data", "x")));
    assertEquals(invalid, post(binary().with("ce-not_a_name", "x")));
    assertEquals(invalid, post(binary().with("ce-", "x")));
    assertEquals(invalid, post(binary().body("{\"amount\":")));
    assertEquals(invalid, post(binary().body("1 2")));
    assertEquals(
        "Reply[400: the header ce-datacontenttype must not be there: Content-Type is what it would"
            + " say]",
        post(binary().with("CE-DataContentType", "text/plain")));
    assertEquals(
        "Reply[400: the header ce-id is there more than once]",
        post(binary().with("ce-id", "a", "a")));
    assertEquals(
        "Reply[400: the header ce-id is there more than once]", post(binary().with("CE-ID", "a")));
    assertEquals(List.of(), handled);
  }

  @Test
  void anEmptyBodyIsNoData() {
    assertEquals("Reply[200: received]", post(binary().body("")));
    assertEquals("Reply[200: received]", post(binary().body("").without("Content-Type")));

    assertNull(handled.get(0).getData());
    assertEquals("application/json; charset=utf-8", handled.get(0).getDataContentType());
    assertNull(handled.get(1).getData());
    assertNull(handled.get(1).getDataContentType());
  }

  @Test
  void dataWithoutATypeIsA415() {
    assertEquals(
        "Reply[415: Content-Type is missing: it must say what data is]",
        post(binary().without("Content-Type")));
  }

  @Test
  void noModePassesForAnother() {
    String event =
        "{\"specversion\":\"1.0\",\"id\":\"1234-1234-1234\",\"type\":\"com.example.someevent\",\"source\":\"/s\"}";
    for (String type :
        List.of(
            "application/cloudevents+json",
            "Application/CloudEvents-Batch+JSON; charset=utf-8",
            "application/cloudevents+avro",
            "application/cloudevents")) {
      assertEquals(
          "Reply[415: Content-Type must be that of the data: events are taken in binary mode]",
          post(binary().with("Content-Type", type).body(event)),
          type);
    }
    Request asBinary = binary().body(event);
    assertEquals(
        "Reply[415: Content-Type must be application/cloudevents+json]",
        asBinary.post(receiver(BodyFormats.structured()), handled::add).toString());
    assertEquals(
        "Reply[415: Content-Type must be application/cloudevents-batch+json]",
        asBinary.post(receiver(BodyFormats.batch()), handled::add).toString());
    assertEquals(List.of(), handled);
  }

  @Test
  void theContractsOwnHeadersAgreeWithTheAttributesInHeaders() {
    assertEquals(
        "Reply[400: X-One-Event-Id is not the id of the event in the body]",
        post(binary().with("X-One-Event-Id", "another")));
  }

  private void attribute(String header, String expected) {
    assertEquals("Reply[200: received]", post(binary().with("ce-x", header)));
    assertEquals(expected, handled.get(handled.size() - 1).getExtension("x"));
  }

  private String post(Request request) {
    return request.post(receiver(BodyFormats.binary()), handled::add).toString();
  }

  private static WebhookReceiver receiver(BodyFormat format) {
    DeliveryContract contract = Contracts.oneHorizon().named("own").body(format);
    return WebhookReceiver.of(contract, KEY);
  }

  private static Request binary() {
    return new Request()
        .with("X-One-Webhook-Key", KEY.reveal())
        .with("ce-specversion", "1.0")
        .with("ce-type", "com.example.someevent")
        .with("ce-time", "2018-04-05T03:56:24Z")
        .with("ce-id", "1234-1234-1234")
        .with("ce-source", "/mycontext/subcontext")
        .with("Content-Type", "application/json; charset=utf-8")
        .body(DATA);
  }

  private static byte[] bytes(CloudEvent event) {
    assertNotNull(event.getData());
    return event.getData().toBytes();
  }
}
