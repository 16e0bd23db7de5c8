package dev.posthorn.registry;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.exchange.Callbacks;
import dev.posthorn.exchange.Target;
import dev.posthorn.exchange.Verifier;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Authentications;
import dev.posthorn.webhook.Backlog;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookRegistry;
import dev.posthorn.webhook.WebhookSpec;
import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The registry of one tenant over a store. */
public final class StoredRegistry implements WebhookRegistry {
  private static final int BATCH = 1_000;
  private static final Set<DeliveryState> WAITING =
      EnumSet.of(DeliveryState.PENDING, DeliveryState.HELD);

  private final Storage storage;
  private final Directory directory;
  private final StoredAuthentications authentications;
  private final Drafts drafts;
  private final Verifier verifier;
  private final Callbacks callbacks;
  private final TestEvents tests;
  private final Runnable wake;
  private final Tenant tenant;
  private final Versions versions;
  private final SpecWriting writing;
  private final Checks checks;

  /**
   * The registry of the default tenant.
   *
   * @param wake called after a change that may let deliveries go
   */
  public StoredRegistry(
      Storage storage,
      Directory directory,
      StoredAuthentications authentications,
      Drafts drafts,
      Verifier verifier,
      Callbacks callbacks,
      TestEvents tests,
      Runnable wake) {
    this(
        storage,
        directory,
        authentications,
        drafts,
        verifier,
        callbacks,
        tests,
        wake,
        Tenant.DEFAULT);
  }

  private StoredRegistry(
      Storage storage,
      Directory directory,
      StoredAuthentications authentications,
      Drafts drafts,
      Verifier verifier,
      Callbacks callbacks,
      TestEvents tests,
      Runnable wake,
      Tenant tenant) {
    this.storage = storage;
    this.directory = directory;
    this.authentications = authentications;
    this.drafts = drafts;
    this.verifier = verifier;
    this.callbacks = callbacks;
    this.tests = tests;
    this.wake = wake;
    this.tenant = tenant;
    this.versions = new Versions(storage.webhooks(), directory, wake, tenant, drafts::checkShared);
    this.writing = new SpecWriting(versions, drafts, tenant);
    this.checks = new Checks(versions, drafts, verifier, callbacks);
  }

  @Override
  public WebhookRegistry forTenant(Tenant other) {
    return new StoredRegistry(
        storage,
        directory,
        authentications.forTenant(other),
        drafts,
        verifier,
        callbacks,
        tests,
        wake,
        other);
  }

  @Override
  public Authentications authentications() {
    return authentications;
  }

  @Override
  public Set<String> eventTypes() {
    return drafts.eventTypes();
  }

  @Override
  public Registration register(WebhookSpec spec) {
    return writing.register(spec);
  }

  @Override
  public Optional<Webhook> find(WebhookId id) {
    return versions.find(id).map(StoredWebhook::webhook);
  }

  @Override
  public Page<Webhook> list(Page.Request page) {
    Page<StoredWebhook> found = storage.webhooks().list(tenant, page);
    return new Page<>(found.items().stream().map(StoredWebhook::webhook).toList(), found.next());
  }

  @Override
  public Webhook update(WebhookId id, UnaryOperator<WebhookSpec> change) {
    return writing.update(id, change);
  }

  @Override
  public Rotation rotate(WebhookId id, Duration overlap) {
    return writing.rotate(id, overlap);
  }

  @Override
  public Rotation rotate(WebhookId id, Duration overlap, Secret given) {
    return writing.rotate(id, overlap, given);
  }

  @Override
  public Verification verify(WebhookId id) {
    return checks.verify(id);
  }

  @Override
  public Optional<Verification> calledBack(String token, @Nullable String allowedRate) {
    return checks.calledBack(token, allowedRate);
  }

  @Override
  public Attempt sendTest(WebhookId id) {
    Target target = target(versions.of(id));
    return tests.send(target, tests.usual(target));
  }

  @Override
  public Attempt sendTest(WebhookId id, CloudEvent sample) {
    return tests.send(target(versions.of(id)), sample);
  }

  @Override
  public Webhook disable(WebhookId id, String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException("say why the webhook is disabled");
    }
    return versions.change(id, stored -> drafts.steps().disabled(stored, why)).webhook();
  }

  @Override
  public Webhook enable(WebhookId id, Backlog held) {
    StoredWebhook before = versions.of(id);
    if (before.webhook().enabled()) {
      return before.webhook();
    }
    Target unused = target(before); // throws before anything is discarded if it cannot be sent to
    if (!held.kept()) {
      discardWaiting(id);
    }
    @Nullable Rate ramp = held.kept() ? held.ramp() : null;
    return versions.change(id, stored -> drafts.steps().enabled(stored, ramp)).webhook();
  }

  @Override
  public void delete(WebhookId id) {
    if (!versions.delete(id)) {
      throw Versions.notFound(id);
    }
  }

  private void discardWaiting(WebhookId id) {
    DeliveryHistory history = storage.history();
    DeliveryQuery waiting = DeliveryQuery.of(tenant, id).in(WAITING);
    int discarded;
    do {
      discarded = history.discard(waiting, BATCH);
    } while (discarded == BATCH);
  }

  private Target target(StoredWebhook stored) {
    return drafts.target(stored);
  }
}
