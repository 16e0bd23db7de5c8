package dev.posthorn.contract;

/**
 * The three ways in which CloudEvents' HTTP binding 1.0.2 sends an event:
 *
 * <pre>{@code
 * Contracts.cloudEvents("events.acme.example").named("acme").body(BodyFormats.binary());
 * }</pre>
 *
 * <p>A receiver takes the one that its contract names and answers 415 to the others: a proof that
 * covers the body means something else in each of them.
 */
public final class BodyFormats {
  private static final String UTF_8 = "; charset=utf-8";

  private BodyFormats() {}

  /**
   * Structured mode: the body is the whole event as JSON, {@code application/cloudevents+json;
   * charset=utf-8}. Data that is JSON stands in it digit for digit as the caller gave it; other
   * data is base64.
   */
  public static BodyFormat structured() {
    return structured(CloudEventsStructured.MEDIA_TYPE + UTF_8);
  }

  /**
   * As {@link #structured()}, with a {@code Content-Type} to the letter: some receivers compare it
   * so.
   *
   * @throws IllegalArgumentException if it is not {@code application/cloudevents+json}, perhaps
   *     with parameters, or names another charset than UTF-8
   */
  public static BodyFormat structured(String contentType) {
    String fault = ContentTypes.fault(CloudEventsStructured.MEDIA_TYPE, contentType);
    if (fault != null || !HeaderText.isValue(contentType)) {
      throw new IllegalArgumentException(
          "contentType must be application/cloudevents+json, in UTF-8: \"" + contentType + "\"");
    }
    return new CloudEventsStructured(contentType);
  }

  /**
   * Binary mode: the body is the data alone, byte for byte, {@code Content-Type} is the event's
   * {@code datacontenttype}, and every other attribute is a header such as {@code ce-id}, its text
   * percent-encoded once. An event without data has an empty body, and no {@code Content-Type}
   * unless it names one; an empty body is received as no data. Extensions that are no text arrive
   * as text.
   *
   * <p>Signatures cover the body, so here they cover no attribute: whoever can change a request on
   * its way can give it another id, type or source. Most servers take no more than 8 KiB of
   * headers: events with long attributes need another mode. CloudEvents Web Hooks 1.0.2 allows no
   * request without a body.
   */
  public static BodyFormat binary() {
    return new CloudEventsBinary();
  }

  /**
   * Batched mode: the body is an array of events in JSON, {@code
   * application/cloudevents-batch+json; charset=utf-8}. Sent, it holds one event; received, any
   * number, none included.
   *
   * <p>For receivers that have asked for it: CloudEvents forbids to send a batch to any other.
   */
  public static BodyFormat batch() {
    return new CloudEventsBatch(CloudEventsBatch.MEDIA_TYPE + UTF_8);
  }
}
