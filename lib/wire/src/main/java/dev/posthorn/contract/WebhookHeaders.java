package dev.posthorn.contract;

import io.cloudevents.CloudEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The event's id and source, percent-encoded as in CloudEvents' HTTP binding; where asked for, also
 * the webhook's id and the attempt's time.
 */
record WebhookHeaders(boolean webhookAndTime) implements MessageHeaders {
  static final String EVENT_ID = "Event-Id";
  static final String EVENT_SOURCE = "Event-Source";
  static final String WEBHOOK_ID = "ID";
  private static final String TIMESTAMP = "Timestamp";

  @Override
  public Map<String, String> of(String prefix, Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (webhookAndTime) {
      headers.put(prefix + WEBHOOK_ID, message.webhookId());
      headers.put(prefix + TIMESTAMP, SignedTime.of(message.at()));
    }
    headers.put(prefix + EVENT_ID, HeaderText.encode(message.eventId()));
    headers.put(prefix + EVENT_SOURCE, HeaderText.encode(message.eventSource()));
    return headers;
  }

  /** {@link PlainJson} has them from here; another body may hold its own. One missing agrees. */
  @Override
  public void check(String prefix, RequestHeaders headers, CloudEvent event) {
    check(prefix + EVENT_ID, headers, "id", event.getId());
    check(prefix + EVENT_SOURCE, headers, "source", event.getSource().toString());
  }

  private static void check(String name, RequestHeaders headers, String what, String attribute) {
    Optional<String> given = headers.single(name);
    if (given.isPresent() && !attribute.equals(HeaderText.decode(given.get()))) {
      throw RefusedException.malformed(name + " is not the " + what + " of the event in the body");
    }
  }
}
