package dev.posthorn.receiver;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint for the webhooks of one contract, in whatever HTTP server:
 *
 * <pre>{@code
 * WebhookReceiver receiver =
 *     WebhookReceiver.of(Contracts.oneHorizon(), Secret.of(key))
 *         .remembering(RecentEvents.atMost(10_000));
 *
 * Reply reply = receiver.handle(method, headers, body, event -> jobs.add(event));
 * }</pre>
 *
 * <p>A request becomes an event only if its body has at most 256 KiB, one of the current keys
 * proves the sender, its {@code Content-Type} is the contract's, its body is one valid event, and
 * its headers say the same of that event. The proof is checked over the bytes as they came, before
 * anything parses them.
 *
 * <p>What a key proves depends on the contract. A shared key such as One Horizon's shows that the
 * sender knows it, and nothing about the rest of the request: only TLS keeps the body from being
 * changed or replayed on its way.
 *
 * <p>Immutable and thread-safe.
 */
public final class WebhookReceiver {
  private static final Logger LOG = System.getLogger("dev.posthorn.receiver");
  private static final int USUAL_LIMIT = 256 * 1024 + "[]".length();
  private static final int GREATEST_LIMIT = 64 * 1024 * 1024;
  private static final Duration USUAL_LEASE = Duration.ofSeconds(30);

  private final Admission admission;
  private final Once once;
  private final @Nullable Permissions permissions;

  private WebhookReceiver(Admission admission, Once once, @Nullable Permissions permissions) {
    this.admission = admission;
    this.once = once;
    this.permissions = permissions;
  }

  /**
   * Lets in what one of these keys proves. To change a key without losing a delivery, give the new
   * one and the old one until the sender uses the new one.
   *
   * @param keys the current keys, newest first; at least one
   * @throws IllegalArgumentException if there is no key, or one that the contract cannot use
   */
  public static WebhookReceiver of(DeliveryContract contract, Secret... keys) {
    if (keys.length == 0) {
      throw new IllegalArgumentException(
          "a receiver needs a key; withoutKey(contract) lets anyone in");
    }
    List.of(keys).forEach(contract.wire().authentication()::checkReceiving);
    return with(contract, List.of(keys));
  }

  /** Lets in whoever knows the URL: for webhooks that have no key. */
  public static WebhookReceiver withoutKey(DeliveryContract contract) {
    return with(contract, List.of());
  }

  private static WebhookReceiver with(DeliveryContract contract, List<Secret> keys) {
    return new WebhookReceiver(
        new Admission(contract, keys, USUAL_LIMIT, Clock.systemUTC()),
        new Once(new Forgetful(), USUAL_LEASE),
        null);
  }

  /**
   * Handles an event once that is sent several times, told by its {@code source} and {@code id}. By
   * default each request is handled.
   *
   * <p>An event is begun with a lease of 30 seconds: after a crash in the middle it is handled when
   * it comes again later than that. A handler that takes longer may be run again beside itself.
   */
  public WebhookReceiver remembering(ProcessedEvents memory) {
    return remembering(memory, USUAL_LEASE);
  }

  /**
   * As {@link #remembering(ProcessedEvents)}, with a lease of one's own.
   *
   * @throws IllegalArgumentException if it is zero or negative
   */
  public WebhookReceiver remembering(ProcessedEvents memory, Duration lease) {
    if (lease.isZero() || lease.isNegative()) {
      throw new IllegalArgumentException("lease must be positive: " + lease);
    }
    return new WebhookReceiver(admission, new Once(memory, lease), permissions);
  }

  /**
   * Answers {@code OPTIONS} by this rule: which senders are allowed to send events here, and how
   * many requests a minute. Without a rule it is answered as any unknown method is. Deliveries are
   * not held to it.
   */
  public WebhookReceiver allowing(OriginRule rule) {
    return new WebhookReceiver(admission, once, new Permissions(rule));
  }

  /**
   * Reads bodies up to this many bytes. The default is 262,146: the 256 KiB that an event has at
   * most, unless Posthorn is told otherwise, and the brackets of a batch.
   *
   * @throws IllegalArgumentException if it is not 1 to 67,108,864
   */
  public WebhookReceiver atMost(int bytes) {
    if (bytes < 1 || bytes > GREATEST_LIMIT) {
      throw new IllegalArgumentException(
          "atMost must be 1 to " + GREATEST_LIMIT + " bytes: " + bytes);
    }
    return new WebhookReceiver(admission.maxBytes(bytes), once, permissions);
  }

  /**
   * Compares times that a proof covers with this clock. The default is the system's. Leases have
   * the memory's own, see {@link RecentEvents#atMost(int, Clock)}.
   */
  public WebhookReceiver clock(Clock clock) {
    return new WebhookReceiver(admission.clock(clock), once, permissions);
  }

  /**
   * Answers one request.
   *
   * <ul>
   *   <li>200: the handler took the event, or had taken it before.
   *   <li>204: to HEAD and GET, by which senders verify an endpoint. They need no key.
   *   <li>200 with {@code WebHook-Allowed-Origin} and {@code WebHook-Allowed-Rate}: to OPTIONS, if
   *       the receiver is {@link #allowing} that origin; 204 without them if it is not, or not yet.
   *       Nor does that need a key.
   *   <li>400, 401, 413, 415: refused, see {@link #receive(Map, InputStream)}; the handler was not
   *       called. A 401 has the {@link #challenge()}.
   *   <li>405: another method.
   *   <li>500: the handler threw, which is logged with the event's id and type, or the memory did.
   *       The event is forgotten, so that it is handled when it comes again.
   *   <li>503: the same event is being handled right now. It is not accepted, since that may still
   *       fail: the sender is to come again.
   * </ul>
   *
   * <p>Of a batch each event is handled in its order, also after one that failed. It is answered
   * 200 only if all of them are safe; 500 if one failed, otherwise 503 if one is being handled
   * elsewhere. The whole batch comes again then: a receiver that is {@link #remembering} handles
   * what failed and passes over what did not, any other handles all of it once more.
   *
   * <p>Log lines go to {@code dev.posthorn.receiver} of {@link System.Logger}: failures as
   * warnings, refusals at debug level.
   *
   * @param method the request's method, for example {@code POST}
   * @param headers the request's headers, whatever the case of their names; null names and values
   *     are passed over
   * @param body the request's body, read up to the limit and not closed
   * @param handler what to do with the event; an {@link Error} that it throws is passed on, the
   *     event forgotten
   * @throws IOException if the body cannot be read; there is nobody to answer then
   */
  public Reply handle(
      String method, Map<String, List<String>> headers, InputStream body, EventHandler handler)
      throws IOException {
    return switch (method) {
      case "POST" -> post(headers, body, handler);
      case "HEAD", "GET" -> Reply.empty(204);
      case "OPTIONS" -> permissions == null ? unknownMethod() : permissions.answer(headers);
      default -> unknownMethod();
    };
  }

  private Reply unknownMethod() {
    Map<String, String> allow =
        permissions == null ? Map.of("Allow", "GET, HEAD, POST") : Permissions.ALLOW;
    return Reply.text(405, allow, "events are sent by POST");
  }

  private Reply post(Map<String, List<String>> headers, InputStream body, EventHandler handler)
      throws IOException {
    List<CloudEvent> events;
    try {
      events = admission.events(headers, body);
    } catch (RefusedException e) {
      LOG.log(Level.DEBUG, "refused with {0}: {1}", e.status(), e.getMessage());
      Map<String, String> more =
          e.status() == 401 ? Map.of("WWW-Authenticate", challenge()) : Map.of();
      return Reply.text(e.status(), more, e.reason());
    }
    return once.handle(events, handler);
  }

  /**
   * The event of a POST, for hosts that answer by themselves; nothing is remembered. Where the
   * contract's body is a batch, take {@link #receiveAll} instead.
   *
   * @param body the request's body, read up to the limit and not closed
   * @throws RefusedException with the status to answer: 413 if the body is too large, 401 if no key
   *     proves the sender (answer it with the {@link #challenge()}), 415 if {@code Content-Type} or
   *     {@code Content-Encoding} is not the contract's, 400 if the body or a header breaks the
   *     contract, or if it is a batch that does not hold exactly one event
   * @throws IOException if the body cannot be read
   */
  public CloudEvent receive(Map<String, List<String>> headers, InputStream body)
      throws IOException {
    return only(admission.events(headers, body));
  }

  /**
   * As {@link #receive(Map, InputStream)}, of a body that was read already.
   *
   * @param body exactly the bytes that came
   * @throws RefusedException with the status to answer
   */
  public CloudEvent receive(Map<String, List<String>> headers, byte[] body) {
    return only(admission.events(headers, body));
  }

  private static CloudEvent only(List<CloudEvent> events) {
    if (events.size() != 1) {
      throw RefusedException.malformed(
          "one event is taken at a time: the batch has " + events.size());
    }
    return events.get(0);
  }

  /**
   * The events of a POST in their order, for hosts that answer by themselves: one, unless the
   * contract's body is a batch, which may hold any number. Answer 2xx only when every one of them
   * is safe.
   *
   * @param body exactly the bytes that came
   * @throws RefusedException with the status to answer, as {@link #receive(Map, InputStream)}; none
   *     of the events is good then
   */
  public List<CloudEvent> receiveAll(Map<String, List<String>> headers, byte[] body) {
    return admission.events(headers, body);
  }

  /**
   * What a 401 has to say in {@code WWW-Authenticate}, for example {@code X-One-Webhook-Key} or
   * {@code Bearer realm="webhooks"}, see {@link
   * dev.posthorn.contract.Authentication#challenge(String)}.
   */
  public String challenge() {
    WireFormat wire = admission.contract().wire();
    return wire.authentication().challenge(wire.headerPrefix());
  }

  /** For example {@code WebhookReceiver[onehorizon, keys: 2]}. */
  @Override
  public String toString() {
    return "WebhookReceiver["
        + admission.contract().name()
        + ", keys: "
        + admission.keys().size()
        + "]";
  }
}
