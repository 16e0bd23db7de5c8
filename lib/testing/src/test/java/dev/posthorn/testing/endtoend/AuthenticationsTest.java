package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Contracts;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.RequestHeaders;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.VerificationRule;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.testing.ScriptedReceiver;
import dev.posthorn.testing.Seen;
import dev.posthorn.webhook.Authentications;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.IssuedAuthentication;
import dev.posthorn.webhook.NamedAuthentication;
import dev.posthorn.webhook.Registration;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that several webhooks share by a name, up to the wire. */
class AuthenticationsTest {
  private static final String KEY_HEADER = "X-One-Webhook-Key";
  private static final Duration DAY = Duration.ofDays(1);
  private static final DeliveryContract STANDARD =
      Contracts.standardWebhooks().verification(VerificationRule.NONE);

  private final Rig rig = Rig.start(Contracts.oneHorizon(), builder -> builder.contract(STANDARD));
  private final ScriptedReceiver second = ScriptedReceiver.start();
  private final Authentications authentications = rig.registry().authentications();

  @AfterEach
  void close() {
    second.close();
    rig.close();
  }

  private WebhookSpec spec(ScriptedReceiver to) {
    return WebhookSpec.to(to.url()).events("task.*").authentication("shop");
  }

  private static String refused(Runnable call) {
    return String.valueOf(assertThrows(InvalidWebhookException.class, call::run).getMessage());
  }

  private void assertKey(Secret key, int request) {
    for (ScriptedReceiver receiver : List.of(rig.receiver(), second)) {
      assertEquals(key.reveal(), receiver.request(request).header(KEY_HEADER));
    }
  }

  @Test
  void aRotationChangesTheRequestsOfAllWhoUseIt() {
    Secret first = authentications.create("shop").secret();
    Registration made = rig.hook(spec(rig.receiver()));
    rig.hook(spec(second));
    assertEquals(Optional.empty(), made.secret(), "it has no key of its own");
    assertNull(made.webhook().secretFingerprint());
    assertEquals("shop", made.webhook().settings().authentication());

    rig.publish("evt_1");
    assertKey(first, 1);
    IssuedAuthentication rotated = authentications.rotate("shop", DAY);
    assertNotEquals(first, rotated.secret());
    rig.publish("evt_2");
    assertKey(rotated.secret(), 2);
    Secret chosen = Secret.of("chosen");
    authentications.rotate("shop", Duration.ZERO, chosen);
    rig.publish("evt_3");
    assertKey(chosen, 3);
  }

  @Test
  void aRetryUsesTheKeyOfItsOwnTime() {
    authentications.create("shop");
    rig.hook(spec(rig.receiver()));
    rig.receiver().fails(2, 500);
    DeliveryId id = rig.publish("evt_1");
    Secret rotated = authentications.rotate("shop", Duration.ZERO).secret();
    rig.advance(Duration.ofMinutes(2));
    assertEquals(3, rig.attempts(id).size());
    assertEquals(rotated.reveal(), rig.receiver().request(3).header(KEY_HEADER));
  }

  @Test
  void anUpdateThatLeavesItSaysWithWhichKey() {
    authentications.create("shop");
    WebhookId hook = rig.hook(spec(rig.receiver())).id();
    String url = rig.receiver().url();
    assertEquals(
        "the webhook is to leave the authentication \"shop\": give it a key, which nobody would be"
            + " shown if it were made here, or say withoutSecret()",
        refused(() -> rig.registry().update(hook, old -> WebhookSpec.to(url).events("task.*"))));
    rig.registry()
        .update(hook, old -> WebhookSpec.to(url).events("task.*").secret(Secret.of("its own")));
    rig.publish("evt_1");
    assertEquals("its own", rig.receiver().request(1).header(KEY_HEADER));
  }

  @Test
  void testsUseItToo() {
    Secret key = authentications.create("shop").secret();
    WebhookId hook = rig.registry().register(spec(rig.receiver())).id();
    rig.registry().sendTest(hook);
    assertEquals(key.reveal(), rig.receiver().request(1).header(KEY_HEADER));
  }

  @Test
  void whereSeveralProofsFitTheOverlapHasBoth() {
    Secret first = authentications.create("shop", STANDARD.name()).secret();
    rig.hook(spec(rig.receiver()).contract(STANDARD.name()));
    IssuedAuthentication rotated = authentications.rotate("shop", DAY);
    assertEquals(rig.time.instant().plus(DAY), rotated.previousUntil());
    rig.publish("evt_1");
    assertEquals(2, rig.receiver().request(1).header("webhook-signature").split(" ").length);
    assertTrue(proves(first, 1) && proves(rotated.secret(), 1));
    rig.advance(DAY);
    rig.publish("evt_2");
    assertEquals(1, rig.receiver().request(2).header("webhook-signature").split(" ").length);
    assertTrue(proves(rotated.secret(), 2));
    assertFalse(proves(first, 2));
  }

  private boolean proves(Secret key, int request) {
    Seen seen = rig.receiver().request(request);
    try {
      STANDARD
          .wire()
          .authentication()
          .verify(
              STANDARD.wire().headerPrefix(),
              RequestHeaders.of(seen.headers()),
              seen.body(),
              List.of(key),
              rig.time.instant());
      return true;
    } catch (RefusedException refused) {
      return false;
    }
  }

  @Test
  void aSharedKeyStandsAloneAlsoDuringAnOverlap() {
    authentications.create("shop");
    rig.hook(spec(rig.receiver()));
    Secret rotated = authentications.rotate("shop", DAY).secret();
    rig.publish("evt_1");
    assertEquals(rotated.reveal(), rig.receiver().request(1).header(KEY_HEADER));
  }

  @Test
  void aKeyMustFitEveryContractThatUsesIt() {
    authentications.create("shop");
    String unusable =
        refused(() -> rig.registry().register(spec(second).contract(STANDARD.name())));
    assertTrue(unusable.contains("whsec_"), unusable);

    authentications.create("both", STANDARD.name());
    rig.hook(spec(rig.receiver()).authentication("both"));
    WebhookId other = rig.hook(spec(second).authentication("both").contract(STANDARD.name())).id();
    String rotation =
        refused(() -> authentications.rotate("both", Duration.ZERO, Secret.of("not whsec")));
    assertFalse(rotation.contains("not whsec"), rotation);
    rig.registry().delete(other);
    assertTrue(
        refused(() -> authentications.rotate("both", Duration.ZERO, Secret.of("not whsec")))
            .contains("whsec_"),
        "it is still of that contract's form");
  }

  @Test
  void aWebhookWhoseContractCannotUseANewKeyIsNamed() {
    Secret standard = authentications.create("scrap", STANDARD.name()).secret();
    authentications.create("shop", "onehorizon", standard);
    WebhookId user = rig.hook(spec(second).contract(STANDARD.name())).id();
    String message = refused(() -> authentications.rotate("shop", DAY, Secret.of("plain")));
    assertTrue(message.startsWith("the webhook " + user + " cannot use the key: "), message);
    assertTrue(message.contains("whsec_"), message);
  }

  @Test
  void whatIsUsedIsNotDeletedAndSaysByWhom() {
    authentications.create("shop");
    WebhookId user = rig.hook(spec(rig.receiver())).id();
    assertEquals(
        "the authentication \"shop\" is used by the webhook "
            + user
            + ": give that other keys first",
        refused(() -> authentications.delete("shop")));
    rig.registry().update(user, now -> now.secret(Secret.of("own")));
    authentications.delete("shop");
    assertEquals(Optional.empty(), authentications.find("shop"));
    rig.publish("evt_1");
    assertEquals("own", rig.receiver().request(1).header(KEY_HEADER));
    assertEquals(
        "there is no authentication \"shop\"",
        assertThrows(NotFoundException.class, () -> authentications.delete("shop")).getMessage());
    assertEquals(
        "there is no authentication \"shop\": create it first",
        refused(() -> rig.registry().register(spec(second))));
  }

  @Test
  void aWebhookChangesBetweenNamedAndOwnKeys() {
    Secret shared = authentications.create("shop").secret();
    WebhookId hook = rig.hook(WebhookSpec.to(rig.receiver().url()).events("task.*")).id();
    rig.registry().update(hook, now -> now.authentication("shop"));
    rig.publish("evt_1");
    assertEquals(shared.reveal(), rig.receiver().request(1).header(KEY_HEADER));
    assertEquals(
        "the webhook's keys are those of the authentication \"shop\": rotate that",
        refused(() -> rig.registry().rotate(hook)));
    assertEquals(
        "shop",
        rig.registry().update(hook, now -> now.label("x")).settings().authentication(),
        "an update that says nothing keeps it");
    rig.registry().update(hook, WebhookSpec::withoutSecret);
    rig.publish("evt_2");
    assertFalse(rig.receiver().request(2).has(KEY_HEADER));
    Secret own = rig.registry().rotate(hook).secret();
    rig.publish("evt_3");
    assertEquals(own.reveal(), rig.receiver().request(3).header(KEY_HEADER));
  }

  @Test
  void aWebhookThatIsRegisteredAgainWithoutItGetsAKeyOfItsOwn() {
    authentications.create("shop");
    WebhookId id = WebhookId.of("mine");
    rig.hook(spec(rig.receiver()).id(id));
    Registration again =
        rig.registry().register(WebhookSpec.to(rig.receiver().url()).events("task.*").id(id));
    assertTrue(again.secret().isPresent(), "a new key is handed out");
    rig.publish("evt_1");
    assertEquals(again.secret().get().reveal(), rig.receiver().request(1).header(KEY_HEADER));
  }

  @Test
  void tenantsHaveNamesOfTheirOwn() {
    authentications.create("shop");
    Authentications theirs = rig.registry().forTenant(Tenant.of("acme")).authentications();
    assertEquals(Optional.empty(), theirs.find("shop"));
    assertThrows(NotFoundException.class, () -> theirs.rotate("shop", DAY));
    assertEquals(
        "there is no authentication \"shop\": create it first",
        refused(() -> rig.registry().forTenant(Tenant.of("acme")).register(spec(second))));
    theirs.create("shop");
    assertEquals(1, theirs.list(Page.first(5)).items().size());
  }

  @Test
  void whatIsReadShowsNoKey() {
    IssuedAuthentication made =
        authentications.create("shop", "onehorizon", Secret.of("canary-key-1"));
    NamedAuthentication read = authentications.find("shop").orElseThrow();
    assertEquals(made.authentication(), read);
    assertEquals(Secret.of("canary-key-1").fingerprint(), read.secretFingerprint());
    assertEquals(List.of(read), authentications.list(Page.first(5)).items());
    assertFalse((made + " " + read + authentications).contains("canary"));
    rig.hook(spec(rig.receiver()));
    rig.receiver().answers(1, 500, "you sent canary-key-1, or so");
    DeliveryId id = rig.publish("evt_1");
    assertTrue(
        rig.attempts(id).stream()
            .anyMatch(one -> one.snippet().equals("you sent [redacted], or so")));
  }

  @Test
  void whatCannotBeIsRefused() {
    authentications.create("shop");
    assertEquals(
        "there is an authentication \"shop\" already: rotate it, or choose another name",
        refused(() -> authentications.create("shop")));
    assertEquals(
        "the name of an authentication must be 1 to 64 of A-Z a-z 0-9 . _ -: \"a b\"",
        refused(() -> authentications.create("a b")));
    assertEquals(
        "this application knows no contract \"x\", only [onehorizon, standard-webhooks]",
        refused(() -> authentications.create("b", "x")));
    Secret current = authentications.rotate("shop", DAY).secret();
    assertEquals(
        "the key given is the current one already: rotate to another",
        refused(() -> authentications.rotate("shop", DAY, current)));
    assertEquals(
        "an overlap must be 0 to 365 days: PT-1S",
        assertThrows(
                IllegalArgumentException.class,
                () -> authentications.rotate("shop", Duration.ofSeconds(-1)))
            .getMessage());
  }
}
