package dev.posthorn.contract;

import java.util.LinkedHashMap;
import java.util.Map;

/** Type and id of the event; on retries also which one it is and why. */
record OneHorizonHeaders() implements MessageHeaders {

  @Override
  public Map<String, String> of(String prefix, Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(prefix + "Event-Type", text(message.eventType()));
    headers.put(prefix + "Event-Id", text(message.eventId()));
    if (message.retry() > 0) {
      headers.put(prefix + "Retry-Num", Integer.toString(message.retry()));
      if (message.lastFailure() != null) {
        headers.put(prefix + "Retry-Reason", message.lastFailure().wireName());
      }
    }
    return headers;
  }

  /** As it is if a header can hold it: receivers compare with the body, and do not decode. */
  private static String text(String attribute) {
    return HeaderText.isValue(attribute) ? attribute : HeaderText.encode(attribute);
  }
}
