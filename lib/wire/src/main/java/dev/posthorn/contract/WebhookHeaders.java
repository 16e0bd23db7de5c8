package dev.posthorn.contract;

import io.cloudevents.CloudEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The event's id, percent-encoded as in CloudEvents' HTTP binding; where asked for, also the
 * webhook's id and the attempt's time.
 */
record WebhookHeaders(boolean webhookAndTime) implements MessageHeaders {
  static final String EVENT_ID = "Event-Id";
  private static final String WEBHOOK_ID = "ID";
  private static final String TIMESTAMP = "Timestamp";

  @Override
  public Map<String, String> of(String prefix, Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (webhookAndTime) {
      headers.put(prefix + WEBHOOK_ID, message.webhookId());
      headers.put(prefix + TIMESTAMP, SignedTime.of(message.at()));
    }
    headers.put(prefix + EVENT_ID, HeaderText.encode(message.eventId()));
    return headers;
  }

  /** The event's id is in no other place; a webhook's id that is missing agrees. */
  @Override
  public void check(String prefix, RequestHeaders headers, CloudEvent event) {
    if (!webhookAndTime) {
      return;
    }
    headers
        .single(prefix + WEBHOOK_ID)
        .filter(id -> !id.equals(event.getSource().toString()))
        .ifPresent(
            id -> {
              throw RefusedException.malformed(
                  prefix + WEBHOOK_ID + " is not the webhook_id of the body");
            });
  }
}
