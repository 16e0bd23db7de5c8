package dev.posthorn.memory;

import dev.posthorn.contract.Outcome;
import dev.posthorn.delivery.Attempt;
import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Added;
import dev.posthorn.store.Claim;
import dev.posthorn.store.ClaimRequest;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.Finished;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Next;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A store under test, in short words. */
final class Stored {
  static final Duration LEASE = Duration.ofMinutes(1);
  static final Duration DAY = Duration.ofDays(1);

  final TestClock clock = new TestClock();
  final InMemoryStore store;

  Stored(int capacity) {
    store = InMemoryStore.create(clock).atMost(capacity);
  }

  WebhookId webhook(String id) {
    Webhook webhook =
        new Webhook(
            WebhookId.of(id),
            Tenant.DEFAULT,
            "https://customer.example/",
            "c",
            Set.of(),
            "",
            Map.of(),
            null,
            null,
            null,
            Instant.EPOCH);
    store.webhooks().insert(new StoredWebhook(webhook, List.of(), null, null, 1));
    return WebhookId.of(id);
  }

  static EventKey key(String id) {
    return new EventKey(Tenant.DEFAULT, "/tests", id);
  }

  static DeliveryId id(String event, WebhookId to) {
    return DeliveryId.of(event + "-" + to);
  }

  static NewEvent event(String id, Duration age, boolean claimed, List<WebhookId> to) {
    return event(id, id, age, claimed, to.stream().map(WebhookId::value).toList());
  }

  /** An event whose deliveries have ids that begin with another word than its own id. */
  static NewEvent event(String id, String ids, Duration age, boolean claimed, List<String> to) {
    List<NewDelivery> born = new ArrayList<>();
    for (String one : to) {
      WebhookId webhook = WebhookId.of(one);
      born.add(new NewDelivery(id(ids, webhook), webhook, age, claimed));
    }
    CanonicalEvent content = CanonicalEvent.ofJson(id.getBytes(StandardCharsets.UTF_8));
    return new NewEvent(key(id), "test", content, born);
  }

  Added add(String event, WebhookId... to) {
    return store.deliveries().add(List.of(event(event, DAY, false, List.of(to))), LEASE).get(0);
  }

  Claims claim(int max, int perLane, Map<WebhookId, Integer> room) {
    return store.deliveries().claim(new ClaimRequest("node", max, perLane, room, LEASE));
  }

  List<Claim> claimAll() {
    return claim(1_000_000, 1_000_000, Map.of()).claims();
  }

  void finish(Claim claim, Next next) {
    Attempt attempt =
        new Attempt(
            claim.round(),
            claim.attempts() + 1,
            Instant.EPOCH,
            Duration.ZERO,
            new Outcome.Accepted(200),
            "",
            false);
    store
        .deliveries()
        .record(List.of(new Finished(claim.id(), claim.fence(), attempt, next)), List.of());
  }

  void deliver(String event, WebhookId to) {
    add(event, to);
    claimAll().forEach(claim -> finish(claim, new Next.Delivered()));
  }

  void change(LaneChange change) {
    store.deliveries().record(List.of(), List.of(change));
  }

  List<Delivery> log(WebhookId id) {
    return store.history().list(DeliveryQuery.of(Tenant.DEFAULT, id), Page.first(1000)).items();
  }

  List<String> events(WebhookId id) {
    return log(id).stream().map(one -> one.event().id()).toList();
  }
}
