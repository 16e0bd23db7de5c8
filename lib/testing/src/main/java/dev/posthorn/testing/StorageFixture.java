package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.contract.Outcome;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Added;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.DeliveryStore;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the compatibility tests share: an open store, and short words for what they do with it. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class StorageFixture {
  static final Tenant TENANT = Tenant.of("acme");
  static final Tenant OTHER_TENANT = Tenant.of("Acme");
  static final String TYPE = "task.created";
  static final String SOURCE = "/tests";
  static final Instant LONG_AGO = Instant.parse("2024-02-29T12:34:56.789012Z");
  static final int MANY = 1_000_000;

  Storage storage;
  DeliveryStore deliveries;
  DeliveryHistory history;
  WebhookStore webhooks;

  /** Opens an empty store. */
  protected abstract Storage open();

  /** Called with the store after each test. */
  protected void close(Storage opened) {}

  /** Lets the store's time pass; by default by waiting. */
  protected void passTime(Duration time) {
    try {
      boolean never = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
      assertTrue(!never, "nobody counts down");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /**
   * The unit of the tests' times: far longer than a call of the store takes. By default half a
   * second, which is waited for about 120 times in all.
   */
  protected Duration moment() {
    return Duration.ofMillis(500);
  }

  @BeforeEach
  final void openStorage() {
    storage = open();
    deliveries = storage.deliveries();
    history = storage.history();
    webhooks = storage.webhooks();
  }

  @AfterEach
  final void closeStorage() {
    close(storage);
  }

  final Duration moments(int count) {
    return moment().multipliedBy(count);
  }

  final void pass(int moments) {
    passTime(moments(moments));
  }

  final Duration lease() {
    return moments(4);
  }

  final Duration oldAge() {
    return Duration.ofDays(2);
  }

  // --- webhooks

  static StoredWebhook aWebhook(Tenant tenant, String id) {
    Webhook webhook =
        new Webhook(
            WebhookId.of(id),
            tenant,
            "https://customer.example/" + id,
            "onehorizon",
            Set.of(new EventPattern("task.*")),
            "",
            Map.of(),
            null,
            null,
            null,
            LONG_AGO);
    return new StoredWebhook(
        webhook, List.of(StoredKey.newest(Secret.of("key of " + id))), null, null, 1);
  }

  final WebhookId webhook(String id) {
    assertTrue(webhooks.insert(aWebhook(TENANT, id)), "insert adds a webhook whose id is free");
    return WebhookId.of(id);
  }

  final StoredWebhook stored(WebhookId id) {
    return webhooks.find(TENANT, id).orElseThrow(() -> new AssertionError("find finds " + id));
  }

  /** Writes a version of which only the hold and the ramp differ. */
  final void rewrite(
      WebhookId id, @Nullable String disabled, @Nullable String unverified, @Nullable Rate ramp) {
    StoredWebhook old = stored(id);
    StoredWebhook next =
        new StoredWebhook(
            old.webhook().disabled(disabled),
            old.keys(),
            old.headers(),
            unverified,
            old.callback(),
            old.limit(),
            ramp,
            old.version() + 1);
    assertTrue(webhooks.replace(next), "replace writes the version after the stored one");
  }

  final void disable(WebhookId id) {
    rewrite(id, "switched off in a test", null, null);
  }

  final void enable(WebhookId id) {
    rewrite(id, null, null, null);
  }

  // --- events

  static EventKey key(String id) {
    return new EventKey(TENANT, SOURCE, id);
  }

  static CanonicalEvent content(String id, String data) {
    String json =
        "{\"specversion\":\"1.0\",\"id\":\""
            + id
            + "\",\"source\":\"/tests\",\"type\":\"task.created\",\"data\":\""
            + data
            + "\"}";
    return CanonicalEvent.ofJson(json.getBytes(StandardCharsets.UTF_8));
  }

  static DeliveryId deliveryId(String event, WebhookId webhook) {
    return DeliveryId.of(event + "-to-" + webhook);
  }

  final NewEvent event(String id, WebhookId... to) {
    return event(id, oldAge(), false, to);
  }

  final NewEvent event(String id, Duration maxAge, boolean claimed, WebhookId... to) {
    List<NewDelivery> born = new ArrayList<>();
    for (WebhookId webhook : to) {
      born.add(new NewDelivery(deliveryId(id, webhook), webhook, maxAge, claimed));
    }
    return new NewEvent(key(id), TYPE, content(id, "first"), born);
  }

  final Added add(NewEvent event) {
    List<Added> added = deliveries.add(List.of(event), lease());
    assertEquals(1, added.size(), "add gives one answer per event");
    return added.get(0);
  }

  /** Adds one event with one delivery and returns the delivery's id. */
  final DeliveryId deliver(String event, WebhookId to) {
    add(event(event, to));
    return deliveryId(event, to);
  }

  // --- claims

  final ClaimRequest request(int max, int perLane, Map<WebhookId, Integer> room) {
    return new ClaimRequest("node-1", max, perLane, room, lease());
  }

  final Claims claim(int max, int perLane) {
    return deliveries.claim(request(max, perLane, Map.of()));
  }

  final List<Claim> claimAll() {
    return claim(MANY, MANY).claims();
  }

  final Claim claimOne(String promise) {
    List<Claim> claims = claimAll();
    assertEquals(1, claims.size(), promise);
    return claims.get(0);
  }

  static List<DeliveryId> ids(List<Claim> claims) {
    return claims.stream().map(Claim::id).toList();
  }

  // --- results

  static Attempt attempt(int round, int number, Outcome outcome) {
    return new Attempt(round, number, LONG_AGO, Duration.ofMillis(20), outcome, "", false);
  }

  static Attempt attemptOf(Claim claim, Outcome outcome) {
    return attempt(claim.round(), claim.attempts() + 1, outcome);
  }

  static Finished accepted(Claim claim) {
    Attempt attempt = attemptOf(claim, new Outcome.Accepted(204));
    return new Finished(claim.id(), claim.fence(), attempt, new Next.Delivered());
  }

  static Finished failed(Claim claim, Next next) {
    Attempt attempt = attemptOf(claim, Outcome.Failed.of(FailureDetail.RESET));
    return new Finished(claim.id(), claim.fence(), attempt, next);
  }

  static Finished untried(Claim claim, Next next) {
    return new Finished(claim.id(), claim.fence(), null, next);
  }

  final void record(Finished result) {
    assertEquals(1, written(List.of(result), List.of()), "record writes a live result");
  }

  /** Records, and returns how many results were not skipped. */
  final int written(List<Finished> finished, List<LaneChange> lanes) {
    Set<DeliveryId> ids = finished.stream().map(Finished::id).collect(Collectors.toSet());
    Set<DeliveryId> skipped = deliveries.record(finished, lanes);
    assertTrue(ids.containsAll(skipped), "record names as skipped only results that it was given");
    return ids.size() - skipped.size();
  }

  final void change(LaneChange... changes) {
    assertEquals(
        Set.of(), deliveries.record(List.of(), List.of(changes)), "no result, nothing skipped");
  }

  final void gate(WebhookId id, int moments) {
    change(new LaneChange.Gate(id, LaneState.GATED, moments(moments), "asked to wait", null));
  }

  // --- reading

  final Delivery read(DeliveryId id) {
    List<Delivery> found = history.list(DeliveryQuery.of(TENANT, id), Page.first(10)).items();
    assertEquals(1, found.size(), "list finds exactly the delivery " + id);
    return found.get(0);
  }

  final List<Delivery> log(WebhookId id) {
    return history.list(DeliveryQuery.of(TENANT, id), Page.first(1000)).items();
  }

  static void assertBetween(Duration least, Duration value, Duration most, String promise) {
    boolean within = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    assertTrue(within, () -> promise + ": " + least + " to " + most + ", was " + value);
  }
}
