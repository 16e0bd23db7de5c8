package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.JsonEnvelope;
import io.cloudevents.CloudEvent;
import java.util.List;

/**
 * A JSON object that is no CloudEvent. What tells events apart comes in a header; their source does
 * not come at all, unless the webhook's id stands for it.
 *
 * @param idHeader the name, after the contract's prefix, of the header that tells events apart
 */
record PlainJson(JsonEnvelope envelope, String idHeader) implements BodyFormat {
  private static final String MEDIA_TYPE = "application/json";
  private static final String UNKNOWN_SOURCE = "webhook";

  @Override
  public Encoded encode(CanonicalEvent event, String webhookId) {
    return new Encoded(envelope.write(event, webhookId), MEDIA_TYPE);
  }

  @Override
  public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
    ContentTypes.require(MEDIA_TYPE, headers);
    String name = prefix + idHeader;
    String given =
        headers
            .single(name)
            .orElseThrow(() -> RefusedException.malformed("the header " + name + " is missing"));
    String id = HeaderText.decode(given);
    if (id == null) {
      throw RefusedException.malformed("the header " + name + " is not percent-encoded UTF-8");
    }
    try {
      return List.of(envelope.read(body, id, UNKNOWN_SOURCE));
    } catch (InvalidEventException e) {
      throw RefusedException.malformed(
          "the body is not the contract's JSON", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean perWebhook() {
    return envelope.webhook() != null;
  }
}
