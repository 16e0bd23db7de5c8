package dev.posthorn.contract;

import io.cloudevents.CloudEvent;
import java.util.Map;

/** None but those of the authentication. */
record NoHeaders() implements MessageHeaders {
  @Override
  public Map<String, String> of(String prefix, Message message) {
    return Map.of();
  }

  @Override
  public void check(String prefix, RequestHeaders headers, CloudEvent event) {}
}
