package dev.posthorn.contract;

import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.event.InvalidEventException;
import dev.posthorn.event.JsonEnvelope;
import io.cloudevents.CloudEvent;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is no CloudEvent. What tells events apart comes in headers. Where the source
 * does not come, the webhook's id stands for it, or {@code webhook}.
 *
 * @param idHeader the name, after the contract's prefix, of the header that tells events apart
 * @param sourceHeader that of the header with the event's source; null for none
 * @param webhookHeader that of the header with the webhook's id; null for none
 */
record PlainJson(
    JsonEnvelope envelope,
    String idHeader,
    @Nullable String sourceHeader,
    @Nullable String webhookHeader)
    implements BodyFormat {
  private static final String MEDIA_TYPE = "application/json";

  @Override
  public Encoded encode(CanonicalEvent event, String webhookId) {
    return new Encoded(envelope.write(event, webhookId), MEDIA_TYPE);
  }

  @Override
  public List<CloudEvent> decode(String prefix, RequestHeaders headers, byte[] body) {
    ContentTypes.require(MEDIA_TYPE, headers);
    String idName = prefix + idHeader;
    String id =
        text(idName, headers)
            .orElseThrow(() -> RefusedException.malformed("the header " + idName + " is missing"));
    URI source = sourceHeader == null ? null : source(prefix + sourceHeader, headers);
    JsonEnvelope.Content content = content(body, id, source);
    if (webhookHeader != null) {
      checkWebhook(prefix + webhookHeader, headers, content.webhookId());
    }
    return List.of(content.event());
  }

  private static Optional<String> text(String name, RequestHeaders headers) {
    Optional<String> given = headers.single(name);
    Optional<String> text = given.map(HeaderText::decode);
    if (given.isPresent() && text.isEmpty()) {
      throw RefusedException.malformed("the header " + name + " is not percent-encoded UTF-8");
    }
    return text;
  }

  private static @Nullable URI source(String name, RequestHeaders headers) {
    Optional<String> text = text(name, headers);
    try {
      return text.isEmpty() ? null : new URI(text.get());
    } catch (URISyntaxException e) {
      throw RefusedException.malformed(
          "the header " + name + " is not a URI reference", String.valueOf(e.getMessage()));
    }
  }

  private JsonEnvelope.Content content(byte[] body, String id, @Nullable URI source) {
    try {
      return envelope.read(body, id, source);
    } catch (InvalidEventException e) {
      throw RefusedException.malformed(
          "the headers and the body are not the contract's JSON", String.valueOf(e.getMessage()));
    }
  }

  /** One that is missing agrees. */
  private static void checkWebhook(String name, RequestHeaders headers, @Nullable String inBody) {
    if (headers.single(name).filter(id -> !id.equals(inBody)).isPresent()) {
      throw RefusedException.malformed(name + " is not the webhook_id of the body");
    }
  }

  @Override
  public boolean perWebhook() {
    return envelope.webhook() != null;
  }
}
