package dev.posthorn.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.posthorn.contract.BodyFormat;
import dev.posthorn.contract.BodyFormats;
import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.http.impl.HttpMessageWriter;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The HTTP binding of the CloudEvents SDK reads what is sent here, and what it writes is received.
 * In headers it neither encodes nor decodes anything, so the events are such as need no encoding.
 */
class HttpBindingTest {
  private static final byte[] NOTHING = {};

  @Provide
  Arbitrary<CloudEvent> events() {
    return Events.plain();
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void itReadsOurBinaryMode(@ForAll("events") CloudEvent sent) {
    Request request = request(BodyFormats.binary(), sent);
    Arrived.assertSameAsText(sent, theirs(request));
  }

  /** It parses JSON data and writes it anew, so the attributes are compared. */
  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void itReadsOurStructuredMode(@ForAll("events") CloudEvent sent) {
    CloudEvent read = theirs(request(BodyFormats.structured(), sent));
    Arrived.assertSameAttributes(sent, read);
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void itsBinaryModeIsReceived(@ForAll("events") CloudEvent any) {
    CloudEvent sent = stored(any);
    Request request = written(writer -> writer.writeBinary(sent));
    Arrived.assertSameAsText(sent, ours(BodyFormats.binary(), request));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void itsStructuredModeIsReceived(@ForAll("events") CloudEvent any) {
    CloudEvent sent = stored(any);
    Request request = written(writer -> writer.writeStructured(sent, new JsonFormat()));
    Arrived.assertSameAttributes(sent, ours(BodyFormats.structured(), request));
  }

  @Test
  void itsSpacesAndQuotesAreReceivedThoughItDoesNotEncodeThem() {
    CloudEvent sent =
        CloudEventBuilder.v1()
            .withId("a \"b\" c")
            .withType("t")
            .withSource(URI.create("/s"))
            .withData("text/plain", new byte[] {1})
            .build();
    Request request = written(writer -> writer.writeBinary(sent));

    assertEquals("a \"b\" c", ours(BodyFormats.binary(), request).getId());
  }

  private interface Writing {
    void to(HttpMessageWriter writer);
  }

  /** As it is when it has been stored: with a time, and a type of its data. */
  private static CloudEvent stored(CloudEvent event) {
    return CanonicalEvent.of(event, Instant.parse("2026-06-01T00:00:00Z"), 1 << 20).event();
  }

  private static Request written(Writing writing) {
    Request request = new Request().body("");
    writing.to(
        HttpMessageFactory.createWriter(
            request::with, body -> request.body(body == null ? NOTHING : body)));
    return request;
  }

  private static DeliveryContract contract(BodyFormat format) {
    return Contracts.cloudEvents("a.example").named("own").body(format);
  }

  private static Request request(BodyFormat format, CloudEvent sent) {
    return Request.of(contract(format), sent);
  }

  private static CloudEvent theirs(Request request) {
    Map<String, String> headers = new HashMap<>();
    request.headers.forEach((name, values) -> headers.put(name, String.join(",", values)));
    return HttpMessageFactory.createReader(headers, request.body).toEvent();
  }

  private static CloudEvent ours(BodyFormat format, Request request) {
    List<CloudEvent> handled = new ArrayList<>();
    Reply reply = request.post(WebhookReceiver.withoutKey(contract(format)), handled::add);
    assertEquals("Reply[200: received]", reply.toString());
    return handled.get(0);
  }
}
