package dev.posthorn.webhook;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.WebhookId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a webhook is to be like; used to register and to update.
 *
 * <pre>{@code
 * WebhookSpec.to("https://customer.example/hooks").events("task.*", "comment.created");
 * }</pre>
 *
 * <p>Immutable; the methods return a copy. The URL, the contract, the key and whether there are
 * such event types are for the registry to check: it knows the endpoint policy, the contracts and
 * the catalogue.
 */
public final class WebhookSpec {
  private final String url;
  private final Optional<WebhookId> id;
  private final Optional<String> contract;
  private final Set<EventPattern> events;
  private final Notes notes;
  private final KeyChoice key;
  private final Optional<Secret> given;

  private enum KeyChoice {
    GENERATED,
    GIVEN,
    NONE
  }

  private WebhookSpec(
      String url,
      Optional<WebhookId> id,
      Optional<String> contract,
      Set<EventPattern> events,
      Notes notes,
      KeyChoice key,
      Optional<Secret> given) {
    this.url = url;
    this.id = id;
    this.contract = contract;
    this.events = events;
    this.notes = notes;
    this.key = key;
    this.given = given;
  }

  /**
   * A webhook to this URL, for no event types yet, with a generated key. Where webhooks are
   * registered anew at each start, as with the in-memory store, give an {@link #id} and a {@link
   * #secret}, or receivers see another key each time.
   */
  public static WebhookSpec to(String url) {
    return new WebhookSpec(
        url,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Notes.NONE,
        KeyChoice.GENERATED,
        Optional.empty());
  }

  /** Another URL. When an update changes it, the webhook is unverified again. */
  public WebhookSpec url(String url) {
    return new WebhookSpec(url, id, contract, events, notes, key, given);
  }

  /**
   * An id that the host chooses. Registering it again changes the webhook to what the spec says
   * instead of making a second one, so that it is safe at every start of the application: without a
   * {@link #secret} it keeps its key; it stays enabled or disabled, and verified unless the URL is
   * another. An update cannot change the id. The default is a new id.
   */
  public WebhookSpec id(WebhookId chosen) {
    return new WebhookSpec(url, Optional.of(chosen), contract, events, notes, key, given);
  }

  /**
   * A contract by its name. The default is the first one that the builder was given; of a webhook
   * that is there already, the one it has.
   */
  public WebhookSpec contract(String name) {
    return new WebhookSpec(url, id, Optional.of(name), events, notes, key, given);
  }

  /**
   * These event types and no others: exact, or {@code task.*}, or {@code *}. None means none.
   *
   * @throws InvalidWebhookException if one is not a pattern
   */
  public WebhookSpec events(String... patterns) {
    return events(Arrays.asList(patterns));
  }

  /**
   * As {@link #events(String...)}.
   *
   * @throws InvalidWebhookException if one is not a pattern
   */
  public WebhookSpec events(Collection<String> patterns) {
    Set<EventPattern> parsed = new LinkedHashSet<>();
    patterns.forEach(pattern -> parsed.add(new EventPattern(pattern)));
    return new WebhookSpec(
        url, id, contract, Collections.unmodifiableSet(parsed), notes, key, given);
  }

  /** Every event type, those to come included. */
  public WebhookSpec allEvents() {
    return events("*");
  }

  /**
   * What the host or its customer calls the webhook; for its own use, and never sent. The default
   * is {@code ""}, which is none.
   *
   * @param text at most 200 characters, no control characters
   * @throws InvalidWebhookException if it is longer, or holds a control character or a lone
   *     surrogate
   */
  public WebhookSpec label(String text) {
    return noted(notes.label(text));
  }

  /**
   * What the host keeps with the webhook, such as who made it; for its own use, and never sent.
   * Replaces all that was there. The default is none.
   *
   * @param entries at most 20, in the order in which they are to be read: names of 1 to 64
   *     printable ASCII characters without spaces, and values of at most 500 characters. Not for
   *     secrets: anybody who reads webhooks reads them
   * @throws InvalidWebhookException if there are more, or one is longer, or a value holds NUL or a
   *     lone surrogate
   */
  public WebhookSpec metadata(Map<String, String> entries) {
    return noted(notes.metadata(entries));
  }

  private WebhookSpec noted(Notes other) {
    return new WebhookSpec(url, id, contract, events, other, key, given);
  }

  /**
   * A key that the host or its customer chose, instead of a generated one. In an update another one
   * replaces all keys at once, and the current one changes nothing; to let old and new overlap,
   * rotate it in the registry instead.
   */
  public WebhookSpec secret(Secret chosen) {
    return new WebhookSpec(url, id, contract, events, notes, KeyChoice.GIVEN, Optional.of(chosen));
  }

  /** No key: requests then carry nothing that proves their sender. */
  public WebhookSpec withoutSecret() {
    return new WebhookSpec(url, id, contract, events, notes, KeyChoice.NONE, Optional.empty());
  }

  /** The URL. */
  public String url() {
    return url;
  }

  /** The id that the host chose, if it did. */
  public Optional<WebhookId> id() {
    return id;
  }

  /** The contract's name, if one was chosen. */
  public Optional<String> contract() {
    return contract;
  }

  /** The event types, in the order in which they were given. */
  public Set<EventPattern> events() {
    return events;
  }

  /** What the webhook is called; {@code ""} if it has no label. */
  public String label() {
    return notes.label();
  }

  /** What the host keeps with it, in the order in which it was given; unmodifiable. */
  public Map<String, String> metadata() {
    return notes.metadata();
  }

  /** The key that was given; empty if it is to be generated, or none. */
  public Optional<Secret> givenSecret() {
    return given;
  }

  /** True if the webhook is to have no key. */
  public boolean wantsNoSecret() {
    return key == KeyChoice.NONE;
  }

  /** URL and events alone; of the URL neither user nor query, which may hold secrets. */
  @Override
  public String toString() {
    String shown = url.replaceAll("[?#].*", "?...").replaceAll("//[^/@]*@", "//...@");
    return "WebhookSpec[" + shown + ", events " + events + "]";
  }
}
