package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What requests prove their sender by while a webhook's key is rotated. */
@SuppressWarnings("NullAway.Init") // set before each test
class RotationTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration MICRO = Duration.ofNanos(1_000);
  private static final Secret OLD = Secret.of("old");
  private static final Secret NEW = Secret.of("new");

  private ScriptedReceiver receiver;
  private Rig rig;
  private WebhookId hook;

  @BeforeEach
  void open() {
    rig = Rig.start(ListedKeys.contract(), b -> b.contract(Contracts.oneHorizon()));
    receiver = rig.receiver();
    hook = rig.hook(spec().secret(OLD)).id();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private WebhookSpec spec() {
    return WebhookSpec.to(receiver.url()).events("task.*");
  }

  /** What the next event carries. */
  private String sent(String event) {
    rig.publish(event);
    return receiver.request(receiver.requests().size()).header("X-One-Keys");
  }

  private int storedKeys() {
    return rig.store.webhooks().find(Tenant.DEFAULT, hook).orElseThrow().keys().size();
  }

  @Test
  void bothKeysAreSentUntilTheOverlapIsOverAndThenTheNewOneAlone() {
    Rotation rotation = rig.registry().rotate(hook);
    String fresh = rotation.secret().reveal();
    assertEquals(Rig.NOON.plus(DAY), rotation.previousUntil());
    assertEquals(fresh + ",old", sent("evt_1"), "at once");
    rig.advance(DAY.minus(MICRO));
    assertEquals(fresh + ",old", sent("evt_2"), "to the end");
    rig.advance(MICRO);
    assertEquals(fresh, sent("evt_3"), "no write was needed");
    assertEquals(2, storedKeys());
    rig.registry().disable(hook, "maintenance");
    assertEquals(1, storedKeys(), "what has ended leaves with the next write");
  }

  @Test
  void aRetryCarriesWhatIsUsedByThen() {
    receiver.fails(1, 500);
    rig.registry().rotate(hook, Duration.ofSeconds(30), NEW);
    DeliveryId id = rig.publish("evt_1");
    rig.advance(Duration.ofMinutes(1));
    assertEquals(DeliveryState.DELIVERED, rig.delivery(id).state());
    assertEquals("new,old", receiver.request(1).header("X-One-Keys"));
    assertEquals("new", receiver.request(2).header("X-One-Keys"));
  }

  @Test
  void testEventsCarryBothToo() {
    rig.registry().rotate(hook, DAY, NEW);
    assertTrue(rig.registry().sendTest(hook).outcome().accepted());
    assertEquals("new,old", receiver.request(1).header("X-One-Keys"));
  }

  @Test
  void anOverlapOfZeroEndsAllKeysAtOnce() {
    rig.registry().rotate(hook, DAY, NEW);
    Rotation rotation = rig.registry().rotate(hook, Duration.ZERO, Secret.of("newest"));
    assertNull(rotation.previousUntil());
    assertEquals("newest", sent("evt_1"));
    assertEquals(1, storedKeys());
  }

  @Test
  void oneHorizonsRequestsCarryTheNewKeyAtOnce() {
    hook = rig.hook(spec().contract("onehorizon").secret(OLD).events("task.updated")).id();
    Rotation rotation = rig.registry().rotate(hook, DAY, NEW);
    assertNull(rotation.previousUntil(), "receivers have to accept both beforehand");
    assertEquals(NEW, rotation.secret());
    rig.publish("evt_1");
    Seen post =
        receiver.requests().stream().filter(one -> one.has("X-One-Webhook-Key")).findFirst().get();
    assertEquals("new", post.header("X-One-Webhook-Key"));
    assertEquals(1, storedKeys());
    assertTrue(rotation.webhook().verified(), "the endpoint is the same");
  }

  @Test
  void aWebhookWithoutAKeyGetsOne() {
    rig.registry().update(hook, WebhookSpec::withoutSecret);
    Rotation rotation = rig.registry().rotate(hook);
    assertNull(rotation.previousUntil());
    assertEquals(64, rotation.secret().reveal().length(), "32 random bytes");
    assertEquals(rotation.secret().reveal(), sent("evt_1"));
  }

  @Test
  void aKeyIsHandedOutOnceAndNeverShown() {
    Rotation rotation = rig.registry().rotate(hook, DAY);
    String fresh = rotation.secret().reveal();
    Webhook read = rig.registry().find(hook).orElseThrow();
    assertEquals(rotation.webhook(), read);
    assertEquals(rotation.secret().fingerprint(), read.secretFingerprint());
    assertNotEquals(OLD.fingerprint(), read.secretFingerprint());
    assertTrue(read.spec().givenSecret().isEmpty());
    rig.publish("evt_1");
    for (Object shown :
        List.of(rotation, read, rig.store.webhooks().find(Tenant.DEFAULT, hook).orElseThrow())) {
      assertFalse(shown.toString().contains(fresh), shown.getClass().getName());
    }
    assertTrue(KeptLog.lines().stream().noneMatch(line -> line.contains(fresh)));
  }

  @Test
  void anEchoOfAnOldKeyIsKeptOutOfTheLog() {
    rig.registry().rotate(hook, DAY, NEW);
    receiver.answers(1, 500, "new and old" + "!".repeat(20));
    DeliveryId id = rig.publish("evt_1");
    assertEquals("[redacted] and [redacted]!!!!!!", rig.attempts(id).get(0).snippet());
  }

  @Test
  void aKeyThatTheContractCannotUseIsRefused() {
    InvalidWebhookException refused =
        assertThrows(
            InvalidWebhookException.class,
            () -> rig.registry().rotate(hook, DAY, Secret.of("No!")));
    assertEquals("the key must be of 0-9 a-z", refused.getMessage());
    assertEquals("old", sent("evt_1"), "nothing has changed");
  }

  @Test
  void fiveKeysAreTheMost() {
    for (int i = 1; i <= 4; i++) {
      rig.registry().rotate(hook, DAY, Secret.of("key" + i));
      rig.advance(Duration.ofHours(1));
    }
    assertEquals("key4,key3,key2,key1,old", sent("evt_1"));
    assertEquals(
        "there are 5 keys in use, the most there may be: the oldest is used until"
            + " 2026-05-06T12:00:00Z; rotate after that, or with an overlap of zero, which ends"
            + " them all",
        assertThrows(InvalidWebhookException.class, () -> rig.registry().rotate(hook))
            .getMessage());
    rig.advance(Duration.ofHours(20));
    rig.registry().rotate(hook, DAY, NEW);
    assertEquals("new,key4,key3,key2,key1", sent("evt_2"));
  }

  @Test
  void anotherKeyInAnUpdateReplacesAllAtOnce() {
    rig.registry().rotate(hook, DAY, NEW);
    rig.registry().update(hook, spec -> spec.secret(Secret.of("other")));
    assertEquals("other", sent("evt_1"));
  }

  @Test
  void registeringTheCurrentKeyAtTheNextStartLetsTheOverlapBe() {
    WebhookSpec crm = spec().id(WebhookId.of("crm")).secret(OLD);
    hook = rig.registry().register(crm).id();
    rig.registry().rotate(hook, DAY, NEW);
    Registration again = rig.registry().register(crm.secret(NEW));
    assertTrue(again.secret().isEmpty(), "it keeps the one it had");
    assertEquals(2, storedKeys());
  }

  @Test
  void otherChangesLetTheOverlapBe() {
    rig.registry().rotate(hook, DAY, NEW);
    rig.registry().update(hook, spec -> spec.label("shop"));
    rig.registry().verify(hook);
    assertEquals("new,old", sent("evt_1"));
  }

  @Test
  void anotherContractKeepsOfTheKeysWhatItCanCarry() {
    rig.registry().rotate(hook, DAY, NEW);
    rig.registry().update(hook, spec -> spec.contract("onehorizon"));
    assertEquals(1, storedKeys());
    rig.registry().update(hook, spec -> spec.contract("listed"));
    assertEquals("new", sent("evt_1"));
  }
}
