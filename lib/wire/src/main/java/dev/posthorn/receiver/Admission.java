package dev.posthorn.receiver;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What a request has to be before it becomes events. */
record Admission(DeliveryContract contract, List<Secret> keys, int maxBytes, Clock clock) {

  /** As the other one, of a body that is read no further than the limit. */
  List<CloudEvent> events(Map<String, List<String>> headers, InputStream body) throws IOException {
    return events(headers, body.readNBytes(maxBytes + 1));
  }

  /**
   * The events of a request that keeps the contract.
   *
   * @param body exactly the bytes that came, one more than the limit if there are too many
   */
  List<CloudEvent> events(Map<String, List<String>> headers, byte[] body) {
    if (body.length > maxBytes) {
      throw RefusedException.tooLarge("the body has more than " + maxBytes + " bytes");
    }
    RequestHeaders given = RequestHeaders.of(headers);
    WireFormat wire = contract.wire();
    if (!keys.isEmpty()) {
      wire.authentication().verify(wire.headerPrefix(), given, body, keys, clock.instant());
    }
    checkEncoding(given);
    List<CloudEvent> events = wire.body().decode(wire.headerPrefix(), given, body);
    for (CloudEvent event : events) {
      wire.headers().check(wire.headerPrefix(), given, event);
    }
    return events;
  }

  /** Posthorn sends no compressed bodies, and unpacking a stranger's could fill the memory. */
  private static void checkEncoding(RequestHeaders headers) {
    String encoding = headers.single("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw RefusedException.unsupportedType("the body must not have a Content-Encoding");
    }
  }

  Admission maxBytes(int bytes) {
    return new Admission(contract, keys, bytes, clock);
  }

  Admission clock(Clock other) {
    return new Admission(contract, keys, maxBytes, other);
  }
}
