package dev.posthorn.webhook;

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
public final class WebhookSpec extends RequestSpec<WebhookSpec> {
  private final String url;
  private final Optional<WebhookId> id;
  private final Optional<String> contract;
  private final Set<EventPattern> events;
  private final Notes notes;

  private WebhookSpec(
      String url,
      Optional<WebhookId> id,
      Optional<String> contract,
      Set<EventPattern> events,
      Notes notes,
      Choices choices) {
    super(choices);
    this.url = url;
    this.id = id;
    this.contract = contract;
    this.events = events;
    this.notes = notes;
  }

  /**
   * A webhook to this URL, for no event types yet, with a generated key. Where webhooks are
   * registered anew at each start, as with the in-memory store, give an {@link #id} and a {@link
   * #secret}, or receivers see another key each time.
   */
  public static WebhookSpec to(String url) {
    return new WebhookSpec(
        url, Optional.empty(), Optional.empty(), Set.of(), Notes.NONE, Choices.USUAL);
  }

  /** Another URL. When an update changes it, the webhook is unverified again. */
  public WebhookSpec url(String url) {
    return new WebhookSpec(url, id, contract, events, notes, choices);
  }

  /**
   * An id that the host chooses. Registering it again changes the webhook to what the spec says
   * instead of making a second one, so that it is safe at every start of the application: without a
   * {@link #secret} it keeps its key; it stays enabled or disabled, and verified unless the URL is
   * another. An update cannot change the id. The default is a new id.
   */
  public WebhookSpec id(WebhookId chosen) {
    return new WebhookSpec(url, Optional.of(chosen), contract, events, notes, choices);
  }

  /**
   * A contract by its name. The default is the first one that the builder was given; of a webhook
   * that is there already, the one it has.
   */
  public WebhookSpec contract(String name) {
    return new WebhookSpec(url, id, Optional.of(name), events, notes, choices);
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
    return new WebhookSpec(url, id, contract, Collections.unmodifiableSet(parsed), notes, choices);
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
    return new WebhookSpec(url, id, contract, events, other, choices);
  }

  /** All settings of a webhook, whose headers keep their values. */
  WebhookSpec settings(WebhookSettings kept) {
    return choosing(choices.keeping(kept));
  }

  @Override
  WebhookSpec choosing(Choices other) {
    return new WebhookSpec(url, id, contract, events, notes, other);
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

  /** URL and events alone; of the URL neither user nor query, which may hold secrets. */
  @Override
  public String toString() {
    String shown = url.replaceAll("[?#].*", "?...").replaceAll("//[^/@]*@", "//...@");
    return "WebhookSpec[" + shown + ", events " + events + "]";
  }
}
