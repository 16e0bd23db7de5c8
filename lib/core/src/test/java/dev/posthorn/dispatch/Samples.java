package dev.posthorn.dispatch;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.FailureReason;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.event.CanonicalEvent;
import dev.posthorn.store.Claim;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Webhook;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Things to test with. */
public final class Samples {
  /** One Horizon's contract, without verification. */
  public static final DeliveryContract OPEN =
      Contracts.oneHorizon().named("open").verification(VerificationRule.NONE);

  private static final CanonicalEvent CONTENT = content("e");

  private Samples() {}

  /** An event of type {@code task.created}. */
  public static CloudEvent event(String id) {
    return event(id, "task.created");
  }

  /** An event. */
  public static CloudEvent event(String id, String type) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("/tests"))
        .withType(type)
        .withData("application/json", "{\"n\":1}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** An event as it is stored. */
  public static CanonicalEvent content(String id) {
    return CanonicalEvent.of(event(id), Instant.EPOCH, 100_000);
  }

  /** A webhook at {@code https://ID.example/}, with a key. */
  public static StoredWebhook webhook(
      String id, Tenant tenant, String contract, String... patterns) {
    Set<EventPattern> events = new LinkedHashSet<>();
    Stream.of(patterns).map(EventPattern::new).forEach(events::add);
    Webhook webhook =
        new Webhook(
            WebhookId.of(id),
            tenant,
            "https://" + id + ".example/",
            contract,
            events,
            "",
            Map.of(),
            null,
            null,
            "12345678",
            Instant.EPOCH);
    return new StoredWebhook(
        webhook, List.of(StoredKey.newest(Secret.of("top-secret-key"))), null, null, 1);
  }

  /** A claim on a first attempt. */
  public static Claim claim(String webhook, String id) {
    return claim(webhook, Tenant.DEFAULT, id);
  }

  /** A claim of a tenant. */
  public static Claim claim(String webhook, Tenant tenant, String id) {
    return new Claim(
        DeliveryId.of(id),
        1,
        WebhookId.of(webhook),
        1,
        new EventKey(tenant, "/tests", id),
        "task.created",
        CONTENT,
        1,
        0,
        0,
        Duration.ZERO,
        Duration.ofHours(24),
        null,
        Instant.EPOCH,
        null);
  }

  /** The same claim after some attempts, with another age. */
  public static Claim later(Claim claim, int attempts, Duration age) {
    return new Claim(
        claim.id(),
        claim.fence(),
        claim.webhook(),
        claim.webhookVersion(),
        claim.event(),
        claim.type(),
        claim.content(),
        claim.round(),
        attempts,
        claim.lapses(),
        age,
        claim.maxAge(),
        attempts == 0 ? null : FailureReason.HTTP_ERROR,
        claim.acceptedAt(),
        claim.ramp());
  }

  /** The same claim of a lane with a pace. */
  public static Claim ramping(Claim claim, Rate ramp) {
    return new Claim(
        claim.id(),
        claim.fence(),
        claim.webhook(),
        claim.webhookVersion(),
        claim.event(),
        claim.type(),
        claim.content(),
        claim.round(),
        claim.attempts(),
        claim.lapses(),
        claim.age(),
        claim.maxAge(),
        claim.lastFailure(),
        claim.acceptedAt(),
        ramp);
  }
}
