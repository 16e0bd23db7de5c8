package dev.posthorn.examples.ownstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.StoreFullException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.testing.ManualTime;
import dev.posthorn.testing.StorageCompatibilityTest;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every promise of the port; all it takes is to open the store and to let its time pass. */
class OwnStoreTest extends StorageCompatibilityTest {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final WebhookId WEBHOOK = WebhookId.of("whk_1");

  private final ManualTime time = ManualTime.at(Instant.parse("2025-01-01T00:00:00Z"));

  @Override
  protected Storage open() {
    return new OwnStore(time, 100_000);
  }

  @Override
  protected void passTime(Duration by) {
    time.advance(by);
  }

  @Override
  protected Duration moment() {
    return Duration.ofMinutes(1);
  }

  @Test
  void whenItIsFullItForgetsWhatEndedFirstAndThenRefuses() {
    Storage two = new OwnStore(time, 2);
    two.webhooks().insert(webhook());
    add(two, "first");
    add(two, "second");
    two.history().discard(DeliveryQuery.of(TENANT, DeliveryId.of("second")), 1);
    two.history().discard(DeliveryQuery.of(TENANT, DeliveryId.of("first")), 1);

    assertEquals(Status.NEW, add(two, "third"));
    assertEquals(List.of("third", "first"), log(two), "the second one ended first");
    assertEquals(Status.NEW, add(two, "fourth"));
    StoreFullException refused =
        assertThrows(StoreFullException.class, () -> add(two, "fifth"), "none has ended");
    assertEquals(
        "the store is full of deliveries that have not ended, it may keep 2", refused.getMessage());
    assertEquals(List.of("fourth", "third"), log(two), "a refusal forgets nothing");
  }

  private static StoredWebhook webhook() {
    Webhook webhook =
        new Webhook(
            WEBHOOK,
            TENANT,
            "https://customer.example/hooks",
            "onehorizon",
            Set.of(new EventPattern("*")),
            "",
            Map.of(),
            null,
            null,
            null,
            Instant.EPOCH);
    return new StoredWebhook(webhook, List.of(), null, null, 1);
  }

  private static Status add(Storage store, String id) {
    String json = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/s\",\"type\":\"t\"}";
    NewEvent event =
        new NewEvent(
            new EventKey(TENANT, "/s", id),
            "t",
            CanonicalEvent.ofJson(json.formatted(id).getBytes(UTF_8)),
            List.of(new NewDelivery(DeliveryId.of(id), WEBHOOK, Duration.ofDays(1), false)));
    return store.deliveries().add(List.of(event), Duration.ZERO).get(0).status();
  }

  private static List<String> log(Storage store) {
    return store.history().list(DeliveryQuery.of(TENANT, WEBHOOK), Page.first(10)).items().stream()
        .map(delivery -> delivery.id().value())
        .toList();
  }

  @Test
  void aPosthornDeliversFromIt() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    OwnStore.show(new PrintStream(printed, true, UTF_8));
    assertEquals(
        """
        task.deleted: It was given up, because all attempts are used up. Attempt 2: the endpoint\
         answered 503.
          attempt 2: the endpoint answered 503
          attempt 1: the endpoint answered 503
        task.updated: It was delivered: the endpoint answered 204.
          attempt 2: the endpoint answered 204
          attempt 1: the endpoint answered 503
        task.created: It was delivered: the endpoint answered 204.
          attempt 1: the endpoint answered 204
        """,
        printed.toString(UTF_8));
  }
}
