package dev.posthorn.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Message;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a sender sends, to be bent before it arrives. */
final class Request {
  static final String BODY =
      """
      {"specversion":"1.0","id":"evt_1","type":"task.updated","source":"onehorizon/workspaces/w_1",\
      "time":"2026-05-05T12:00:00Z","datacontenttype":"application/json","subject":"tsk_1",\
      "workspaceid":"w_1","data":{"resource":{"type":"task","id":"tsk_1"},"amount":1.10}}""";

  final Map<@Nullable String, @Nullable List<String>> headers = new LinkedHashMap<>();
  byte[] body = BODY.getBytes(UTF_8);

  /** One Horizon's, with the key {@code one-key}. */
  static Request usual() {
    return new Request()
        .with("Content-Type", "application/cloudevents+json; charset=utf-8")
        .with("User-Agent", "One-Horizon-Webhooks/1.0")
        .with("X-One-Webhook-Key", "one-key")
        .with("X-One-Event-Type", "task.updated")
        .with("X-One-Event-Id", "evt_1");
  }

  /** As the sender encodes it, on a retry. */
  static Request of(DeliveryContract contract, CloudEvent event, Secret... keys) {
    Instant now = Instant.parse("2026-06-01T00:00:00Z");
    Message message =
        new Message(
            "dlv_1",
            "wh_1",
            event.getId(),
            event.getSource().toString(),
            event.getType(),
            now,
            1,
            FailureReason.HTTP_ERROR);
    WireFormat.Encoded sent =
        contract.wire().encode(CanonicalEvent.of(event, now, 256 * 1024), message, List.of(keys));
    Request request = new Request();
    sent.headers().forEach(request::with);
    request.body = sent.body();
    return request;
  }

  Request with(String name, String... values) {
    headers.put(name, List.of(values));
    return this;
  }

  Request without(String name) {
    headers.remove(name);
    return this;
  }

  Request body(String text) {
    return body(text.getBytes(UTF_8));
  }

  Request body(byte[] bytes) {
    body = bytes;
    return this;
  }

  Reply post(WebhookReceiver receiver, EventHandler handler) {
    try {
      return receiver.handle("POST", headers, new ByteArrayInputStream(body), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
