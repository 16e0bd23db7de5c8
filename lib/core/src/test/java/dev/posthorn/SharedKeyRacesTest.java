package dev.posthorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.FlakyStore;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.registry.ListedKeys;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A shared key is rotated in one process while a webhook of another contract begins to use it in
 * another one, on one store. The loose contract can use keys that the strict one cannot.
 */
class SharedKeyRacesTest {
  private static final Secret BOTH = Secret.of("ab-both");
  private static final Secret LOOSE_ONLY = Secret.of("a-loose");
  private static final String UNUSABLE = "the key must begin with ab";
  private static final WebhookId HOOK = WebhookId.of("hook");
  private static final WebhookSpec SPEC =
      WebhookSpec.to("https://customer.example/hooks").id(HOOK).contract("strict").allEvents();

  private final HandTime time = new HandTime();
  private final InMemoryStore memory = InMemoryStore.create(time);
  private final FlakyStore store = new FlakyStore(memory);
  private final List<Posthorn> open = new ArrayList<>();
  private final Posthorn here = process(store);
  private final Posthorn there = process(memory);

  private static DeliveryContract contract(String name, String beginning) {
    Authentication scheme = new ListedKeys(true, beginning);
    return Samples.OPEN.named(name).authentication(scheme);
  }

  private Posthorn process(Storage storage) {
    Posthorn process =
        Posthorn.builder()
            .contract(contract("loose", "a"))
            .contract(contract("strict", "ab"))
            .store(storage)
            .sender(new FakeSender())
            .clock(time)
            .scheduler(time)
            .build();
    open.add(process);
    return process;
  }

  @BeforeEach
  void create() {
    there.registry().authentications().create("shop", "loose", BOTH);
  }

  @AfterEach
  void close() {
    store.work();
    open.forEach(Posthorn::close);
  }

  /** Once, before a call of this process. */
  private void before(String call, Runnable other) {
    AtomicBoolean done = new AtomicBoolean();
    store.before(
        call,
        unused -> {
          if (done.compareAndSet(false, true)) {
            other.run();
          }
        });
  }

  private void rotateThere() {
    there.registry().authentications().rotate("shop", Duration.ofHours(1), LOOSE_ONLY);
  }

  private StoredAuthentication shop() {
    return memory.authentications().find(Tenant.DEFAULT, "shop").orElseThrow();
  }

  private static String refused(Runnable call) {
    return String.valueOf(assertThrows(InvalidWebhookException.class, call::run).getMessage());
  }

  @Test
  void aRotationSeesTheWebhookThatBeganToUseTheKeyMeanwhile() {
    before("replace", () -> there.registry().register(SPEC.authentication("shop")));
    assertEquals(
        "the webhook hook cannot use the key: " + UNUSABLE,
        refused(
            () ->
                here.registry().authentications().rotate("shop", Duration.ofHours(1), LOOSE_ONLY)));
    assertEquals(List.of(StoredKey.newest(BOTH)), shop().keys());
    assertEquals(1, shop().version());
    assertEquals(Map.of(), here.health().unsendable());
  }

  @Test
  void aRotationThatAllCanUseIsTriedAgainAndSucceeds() {
    Secret next = Secret.of("ab-next");
    before("replace", () -> there.registry().register(SPEC.authentication("shop")));
    here.registry().authentications().rotate("shop", Duration.ZERO, next);
    assertEquals(List.of(StoredKey.newest(next)), shop().keys());
  }

  @Test
  void aRegistrationSeesTheKeyThatCameMeanwhileAndLeavesNothing() {
    before("insert", this::rotateThere);
    assertEquals(UNUSABLE, refused(() -> here.registry().register(SPEC.authentication("shop"))));
    assertEquals(Optional.empty(), memory.webhooks().find(Tenant.DEFAULT, HOOK));
    assertEquals(Map.of(), memory.authentications().users(Tenant.DEFAULT, "shop"));
    assertEquals(Map.of(), here.health().unsendable());
  }

  @Test
  void anUpdateSeesTheKeyThatCameMeanwhileAndChangesNothing() {
    here.registry().register(SPEC.secret(Secret.of("ab-own")));
    StoredWebhook old = memory.webhooks().find(Tenant.DEFAULT, HOOK).orElseThrow();
    before("replace", this::rotateThere);
    assertEquals(
        UNUSABLE,
        refused(
            () -> here.registry().update(HOOK, spec -> spec.label("new").authentication("shop"))));
    StoredWebhook now = memory.webhooks().find(Tenant.DEFAULT, HOOK).orElseThrow();
    assertEquals(old.webhook(), now.webhook());
    assertEquals(old.keys(), now.keys());
    assertEquals(Map.of(), here.health().unsendable());
  }

  @Test
  void whatIsWrittenInBetweenDoesNotKeepAnUpdateFromBeingTakenBack() {
    here.registry().register(SPEC.secret(Secret.of("ab-own")));
    Runnable disable = () -> there.registry().disable(HOOK, "in between");
    before(
        "replace",
        () -> {
          rotateThere();
          before("replace", disable);
        });
    assertEquals(
        UNUSABLE, refused(() -> here.registry().update(HOOK, spec -> spec.authentication("shop"))));
    StoredWebhook now = memory.webhooks().find(Tenant.DEFAULT, HOOK).orElseThrow();
    assertNull(now.webhook().settings().authentication());
    assertEquals("ab-own", now.keys().get(0).secret().reveal());
    assertEquals(4, now.version(), "written, disabled, and taken back");
  }

  @Test
  void aStoreThatCannotBeReadAgainFailsNoRegistrationThatIsWritten() {
    before("insert", () -> store.fail("find", () -> new IllegalStateException("down")));
    assertTrue(here.registry().register(SPEC.authentication("shop")).created());
    assertTrue(memory.webhooks().find(Tenant.DEFAULT, HOOK).isPresent());
  }

  @Test
  void anUpdateToAnotherContractSeesIt() {
    here.registry().register(SPEC.contract("loose").authentication("shop"));
    before("replace", this::rotateThere);
    assertEquals(
        UNUSABLE, refused(() -> here.registry().update(HOOK, spec -> spec.contract("strict"))));
    assertEquals("loose", here.registry().find(HOOK).orElseThrow().contract());
  }

  @Test
  void whatNobodyAskedToUseItIsNotTakenBack() {
    here.registry().register(SPEC.authentication("shop"));
    rotateBehindItsBack();
    assertFalse(here.registry().disable(HOOK, "for now").enabled());
  }

  /** As a process of before, or of another make, could have left it. */
  private void rotateBehindItsBack() {
    StoredAuthentication before = shop();
    assertTrue(
        memory
            .authentications()
            .replace(
                new StoredAuthentication(
                    before.named().secretFingerprint(LOOSE_ONLY.fingerprint()),
                    List.of(StoredKey.newest(LOOSE_ONLY)),
                    before.version() + 1),
                Set.of("strict")));
  }

  @Test
  void aWebhookThatCannotUseTheKeyAllTheSameIsSeenInHealthUntilItIsMended() {
    here.registry().register(SPEC.authentication("shop"));
    rotateBehindItsBack();
    here.registry().authentications().create("another", "loose"); // reads what has changed
    assertEquals(
        Map.of(
            HOOK,
            "the contract \"strict\" cannot use the newest key of the authentication \"shop\" ("
                + UNUSABLE
                + "): rotate that to one it can use, or give the webhook another key"),
        here.health().unsendable());
    assertFalse(here.health().ok());
    here.registry().authentications().rotate("shop", Duration.ofHours(1), Secret.of("ab-mended"));
    assertEquals(Map.of(), here.health().unsendable());
  }
}
