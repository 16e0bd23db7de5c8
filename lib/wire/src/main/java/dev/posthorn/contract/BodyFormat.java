package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import io.cloudevents.CloudEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns an event into the bytes that go on the wire, with the headers that belong to them, and
 * back. Deterministic for ever: the same event and webhook give the same bytes on every attempt,
 * node and release. Thread-safe. {@link BodyFormats} has those of CloudEvents.
 */
public interface BodyFormat {

  /**
   * The body. Unless it is made {@link #perWebhook()}, a format is asked once for an event whose
   * deliveries are under way, and all webhooks share the result.
   *
   * @param webhookId the webhook's id, to be used only if the format is {@link #perWebhook()}
   */
  Encoded encode(CanonicalEvent event, String webhookId);

  /**
   * The receiver's half of {@link #encode}: the events that a request carries, in their order; one,
   * unless the format is a batch. Data keeps the very bytes in which it came.
   *
   * @param prefix the contract's header prefix
   * @param headers the request's headers; a format may keep attributes there
   * @param body the request's body, exactly as it came
   * @throws RefusedException with 415 if the request's {@code Content-Type} is not the format's,
   *     with 400 if anything in it is not a valid event
   */
  List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body);

  /** True if the body depends on the webhook's id, so that webhooks cannot share it. */
  boolean perWebhook();

  /**
   * A body and what HTTP has to say of it.
   *
   * @param bytes the body, not to be changed by anyone afterwards
   * @param headers {@code Content-Type}, and others that the format keeps for itself; a value may
   *     be empty. Copied, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // shared, never compared, never changed
  record Encoded(byte[] bytes, Map<String, String> headers) {

    /** Copies the headers, since webhooks share them. */
    public Encoded {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Bytes that need no header but {@code Content-Type}. */
    public Encoded(byte[] bytes, String contentType) {
      this(bytes, Map.of("Content-Type", contentType));
    }

    /** Says how large, not what. */
    @Override
    public String toString() {
      return "Encoded[" + bytes.length + " bytes, " + headers.size() + " headers]";
    }
  }
}
