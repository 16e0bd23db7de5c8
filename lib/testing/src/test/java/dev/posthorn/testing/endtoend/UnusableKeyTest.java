package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.Authentications;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A shared key that a webhook's contract cannot use, however it got there. */
class UnusableKeyTest {
  private static final Secret PLAIN = Secret.of("plain");
  private static final DeliveryContract STANDARD =
      Contracts.standardWebhooks().verification(VerificationRule.NONE);

  /** As a process of an earlier release could have left it. */
  private static void rotateBehindItsBack(Rig rig) {
    StoredAuthentication before =
        rig.store.authentications().find(Tenant.DEFAULT, "shop").orElseThrow();
    assertTrue(
        rig.store
            .authentications()
            .replace(
                new StoredAuthentication(
                    before.named().secretFingerprint(PLAIN.fingerprint()),
                    List.of(StoredKey.newest(PLAIN)),
                    before.version() + 1),
                Set.of(STANDARD.name())));
    rig.registry().authentications().create("another"); // reads what has changed
  }

  @Test
  void itsDeliveriesWaitWithoutAnAttemptUntilTheKeyIsMended() {
    try (Rig rig = Rig.start(STANDARD)) {
      Authentications authentications = rig.registry().authentications();
      authentications.create("shop");
      WebhookSpec spec = WebhookSpec.to(rig.receiver().url()).events("task.*");
      WebhookId hook = rig.registry().register(spec.authentication("shop")).id();
      rotateBehindItsBack(rig);

      DeliveryId id = rig.publish("evt_1");
      rig.advance(Duration.ofHours(2));
      assertEquals(0, rig.receiver().requests().size(), "nothing is sent");
      assertEquals(List.of(), rig.attempts(id), "no retry is spent");
      assertEquals(DeliveryState.PENDING, rig.delivery(id).state());
      Map<WebhookId, String> unsendable = rig.posthorn.health().unsendable();
      String why = unsendable.getOrDefault(hook, "");
      assertTrue(
          why.startsWith(
              "the contract \"standard-webhooks\" cannot use the newest key of the authentication"
                  + " \"shop\" ("),
          why);
      assertEquals(
          why,
          assertThrows(InvalidWebhookException.class, () -> rig.registry().sendTest(hook))
              .getMessage());

      authentications.rotate("shop", Duration.ofDays(1));
      rig.settle();
      rig.advance(Duration.ofMinutes(1));
      assertEquals(Map.of(), rig.posthorn.health().unsendable());
      assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
      assertEquals(
          1,
          rig.receiver().request(1).header("webhook-signature").split(" ").length,
          "the key that the contract cannot use signs nothing");
    }
  }
}
