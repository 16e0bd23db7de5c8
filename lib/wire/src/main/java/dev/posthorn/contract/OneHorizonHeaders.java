package dev.posthorn.contract;

import io.cloudevents.CloudEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Type and id of the event; on retries also which one it is and why. */
record OneHorizonHeaders() implements MessageHeaders {

  private static final String TYPE = "Event-Type";
  private static final String ID = "Event-Id";

  @Override
  public Map<String, String> of(String prefix, Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(prefix + TYPE, text(message.eventType()));
    headers.put(prefix + ID, text(message.eventId()));
    if (message.retry() > 0) {
      headers.put(prefix + "Retry-Num", Integer.toString(message.retry()));
      if (message.lastFailure() != null) {
        headers.put(prefix + "Retry-Reason", message.lastFailure().wireName());
      }
    }
    return headers;
  }

  @Override
  public void check(String prefix, RequestHeaders headers, CloudEvent event) {
    check(prefix + TYPE, headers, "type", event.getType());
    check(prefix + ID, headers, "id", event.getId());
  }

  /** One that is missing agrees, as it does with the receiver in One Horizon's documents. */
  private static void check(String name, RequestHeaders headers, String what, String attribute) {
    Optional<String> given = headers.single(name);
    if (given.isPresent() && !agrees(given.get(), attribute)) {
      throw RefusedException.malformed(name + " is not the " + what + " of the event in the body");
    }
  }

  /** Decoded only if the sender had to encode it: otherwise a percent sign is a percent sign. */
  private static boolean agrees(String given, String attribute) {
    return HeaderText.isValue(attribute)
        ? given.equals(attribute)
        : attribute.equals(HeaderText.decode(given));
  }

  /** As it is if a header can hold it: receivers compare with the body, and do not decode. */
  private static String text(String attribute) {
    return HeaderText.isValue(attribute) ? attribute : HeaderText.encode(attribute);
  }
}
