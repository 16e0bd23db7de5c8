package dev.posthorn.contract;

import java.util.LinkedHashMap;
import java.util.Map;

/** Type and id of the event; on retries also which one it is and why. */
final class OneHorizonHeaders implements MessageHeaders {

  @Override
  public Map<String, String> of(String prefix, Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(prefix + "Event-Type", HeaderText.encode(message.eventType()));
    headers.put(prefix + "Event-Id", HeaderText.encode(message.eventId()));
    if (message.retry() > 0) {
      headers.put(prefix + "Retry-Num", Integer.toString(message.retry()));
      if (message.lastFailure() != null) {
        headers.put(prefix + "Retry-Reason", message.lastFailure().wireName());
      }
    }
    return headers;
  }
}
