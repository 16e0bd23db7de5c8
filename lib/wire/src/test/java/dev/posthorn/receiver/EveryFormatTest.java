package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is sent in a form arrives, for every form of the body. */
class EveryFormatTest {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNumberLength(10_000).build())
          .build();

  @Provide
  Arbitrary<CloudEvent> events() {
    return Events.any();
  }

  @Property(tries = 500)
  void structured(@ForAll("events") CloudEvent sent) {
    Arrived.assertSame(sent, arrived(BodyFormats.structured(), sent));
  }

  @Property(tries = 500)
  void batch(@ForAll("events") CloudEvent sent) {
    Arrived.assertSame(sent, arrived(BodyFormats.batch(), sent));
  }

  @Property(tries = 1000)
  void binary(@ForAll("events") CloudEvent sent) {
    Arrived.assertSameAsText(sent, arrived(BodyFormats.binary(), sent));
  }

  /** Of these the body holds type, time and data, and headers what tells events apart. */
  @Property(tries = 500)
  void envelopes(@ForAll("events") CloudEvent sent) throws IOException {
    for (DeliveryContract contract :
        List.of(Contracts.signedJson(), Contracts.standardWebhooks(), Contracts.organisation())) {
      CloudEvent event = arrived(contract, contract.wire().body(), sent);
      boolean standard = contract.name().equals("standard-webhooks");
      assertEquals(standard ? "dlv_1" : sent.getId(), event.getId());
      assertEquals(standard ? URI.create("webhook") : sent.getSource(), event.getSource());
      assertEquals(sent.getType(), event.getType());
      OffsetDateTime time = sent.getTime();
      assertNotNull(event.getTime());
      if (time != null) {
        assertEquals(time.toInstant().truncatedTo(ChronoUnit.MICROS), event.getTime().toInstant());
      }
      assertSameData(sent, event);
    }
  }

  private static void assertSameData(CloudEvent sent, CloudEvent event) throws IOException {
    byte[] given = Arrived.bytes(sent);
    byte[] data = Arrived.bytes(event);
    String type = sent.getDataContentType();
    boolean json = type == null || type.contains("json");
    if (given == null || !json) {
      assertArrayEquals(given, data);
    } else if (tokens(given).equals(List.of("null"))) {
      assertArrayEquals(null, data);
    } else {
      assertNotNull(data);
      assertEquals(tokens(given), tokens(data));
    }
  }

  /** Each digit, but neither white space nor how a character is written. */
  private static List<String> tokens(byte[] json) throws IOException {
    List<String> tokens = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        tokens.add(parser.getText());
      }
    }
    return tokens;
  }

  private static CloudEvent arrived(BodyFormat format, CloudEvent sent) {
    return arrived(Contracts.cloudEvents("a.example").named("own").body(format), format, sent);
  }

  private static CloudEvent arrived(DeliveryContract contract, BodyFormat format, CloudEvent sent) {
    Request request = Request.of(contract, sent);
    List<CloudEvent> handled = new ArrayList<>();
    Reply reply = request.post(WebhookReceiver.withoutKey(contract), handled::add);
    assertEquals("Reply[200: received]", reply.toString(), format::toString);
    assertEquals(1, handled.size());
    return handled.get(0);
  }
}
