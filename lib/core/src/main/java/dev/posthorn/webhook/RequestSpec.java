package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Rate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a webhook's spec that is about the requests. Immutable; the methods return a copy.
 *
 * @param <S> the spec
 */
abstract class RequestSpec<S> {
  final Choices choices;

  RequestSpec(Choices choices) {
    this.choices = choices;
  }

  /** The same spec with other choices. */
  abstract S choosing(Choices other);

  /**
   * A key that the host or its customer chose, instead of a generated one. In an update another one
   * replaces all keys at once, and the current one changes nothing; to let old and new overlap,
   * rotate it in the registry instead.
   */
  public S secret(Secret chosen) {
    return choosing(choices.secret(chosen));
  }

  /**
   * The keys of an authentication that the tenant has under a name ({@link
   * WebhookRegistry#authentications}), instead of a key of the webhook's own: whatever becomes of
   * it, this webhook obeys. {@link #secret} and {@link #withoutSecret} take it back.
   *
   * @throws InvalidWebhookException if it is not 1 to 64 of {@code A-Z a-z 0-9 . _ -}
   */
  public S authentication(String name) {
    return choosing(choices.authentication(name));
  }

  /** No key: requests then carry nothing that proves their sender. */
  public S withoutSecret() {
    return choosing(choices.withoutSecret());
  }

  /**
   * A header of the webhook's own, sent with each event and each test event, but not where the
   * endpoint is verified. Its value is a secret: nothing shows it, and an update that does not name
   * the header keeps it. Replaces a header of this name, whose case does not matter.
   *
   * @param name 1 to 64 characters of an HTTP token; none that the contract, the HTTP client or the
   *     connection uses: the registry refuses those of the contract, and this method all others
   * @param value at most 1,024 characters of visible ASCII, with spaces and tabs only between them
   * @throws InvalidWebhookException if one of them cannot be used, or these are more than 20
   *     headers; the message never holds the value
   */
  public S header(String name, Secret value) {
    return choosing(choices.headers(choices.headers().with(name, value)));
  }

  /**
   * These headers of the webhook's own and no others; see {@link #header}.
   *
   * @throws InvalidWebhookException as {@link #header}
   */
  public S headers(Map<String, Secret> all) {
    return choosing(choices.headers(OwnHeaders.of(all)));
  }

  /** Without a header of its own, if it has it; the case of the name does not matter. */
  public S withoutHeader(String name) {
    return choosing(choices.headers(choices.headers().without(name)));
  }

  /**
   * How many attempts may be made in a time, over all processes and their restarts. More wait in
   * the store, and cost other webhooks nothing. They go out evenly; of what was not used at most a
   * small part may go at once, never more than the rate's own number. Test events and verifications
   * do not count. The default is no limit.
   */
  public S rate(Rate limit) {
    return choosing(choices.tuned(choices.tuning().rate(limit)));
  }

  /** No rate of its own. */
  public S withoutRate() {
    return choosing(choices.tuned(choices.tuning().rate(null)));
  }

  /**
   * How many exchanges each process may have under way with the webhook. The default is {@link
   * dev.posthorn.delivery.Limits#inFlightPerWebhook()}, which is also the most.
   *
   * @throws InvalidWebhookException if it is less than 1
   */
  public S concurrency(int most) {
    return choosing(choices.tuned(choices.tuning().concurrency(most)));
  }

  /** As many exchanges as the limits allow. */
  public S withoutConcurrency() {
    return choosing(choices.tuned(choices.tuning().concurrency(null)));
  }

  /**
   * The limit of one whole exchange, verifications included. The default is the contract's, which
   * is also the longest.
   *
   * @throws InvalidWebhookException if it is less than 1 ms
   */
  public S timeout(Duration wholeExchange) {
    return choosing(choices.tuned(choices.tuning().timeout(wholeExchange)));
  }

  /** The contract's timeout. */
  public S withoutTimeout() {
    return choosing(choices.tuned(choices.tuning().timeout(null)));
  }

  /**
   * Which certificate to present, and whom to trust: a TLS identity by the name that the host gave
   * it in the builder ({@code Posthorn.Builder.tls}). In a process whose builder was given none of
   * that name the webhook's deliveries wait, and its health says so. The default is the usual one.
   *
   * @throws InvalidWebhookException if it is not 1 to 64 of {@code A-Z a-z 0-9 . _ -}
   */
  public S tls(String identity) {
    return choosing(choices.tuned(choices.tuning().tls(identity)));
  }

  /** The usual TLS identity. */
  public S withoutTls() {
    return choosing(choices.tuned(choices.tuning().tls(null)));
  }

  /** The key that was given; empty if it is to be generated, named, or none. */
  public Optional<Secret> givenSecret() {
    return choices.given();
  }

  /** True if the webhook is to have no key. */
  public boolean wantsNoSecret() {
    return choices.key() == Choices.Key.NONE;
  }

  /**
   * The headers by name, the rate, the concurrency and all else that was chosen, or that the
   * webhook has which this is the spec of.
   */
  public WebhookSettings settings() {
    return choices.settings();
  }

  /** The values of those headers that were given one here; the others keep theirs. */
  public Map<String, Secret> givenHeaders() {
    return choices.headers().given();
  }
}
