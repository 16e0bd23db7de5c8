package dev.posthorn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.contract.WireFormat;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.StoreException;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.FakeSender;
import dev.posthorn.dispatch.FlakyStore;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.registry.ListedKeys;
import dev.posthorn.store.Storage;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.Rotation;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rotation where processes meet and stores fail. */
class RotationTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final WebhookSpec SPEC = WebhookSpec.to("https://customer.example/hooks");

  private final HandTime time = new HandTime();
  private final InMemoryStore memory = InMemoryStore.create(time);
  private final FlakyStore store = new FlakyStore(memory);
  private final ListedKeys scheme = new ListedKeys(true, "k");
  private final List<Posthorn> open = new ArrayList<>();
  private final Posthorn here = process(store);
  private final WebhookId hook = here.registry().register(SPEC).id();

  private Posthorn process(Storage storage) {
    WireFormat usual = Samples.OPEN.wire();
    WireFormat wire =
        new WireFormat(
            usual.body(), usual.headers(), scheme, usual.headerPrefix(), usual.userAgent());
    DeliveryContract contract = Samples.OPEN.wire(wire);
    Posthorn process =
        Posthorn.builder()
            .contract(contract)
            .store(storage)
            .sender(new FakeSender())
            .clock(time)
            .scheduler(time)
            .build();
    open.add(process);
    return process;
  }

  @AfterEach
  void close() {
    store.work();
    open.forEach(Posthorn::close);
  }

  private List<Secret> stored() {
    return memory.webhooks().find(Tenant.DEFAULT, hook).orElseThrow().keys().stream()
        .map(StoredKey::secret)
        .toList();
  }

  @Test
  void rotationsOfTwoProcessesBothSucceedOneAfterTheOther() {
    Posthorn there = process(memory);
    Secret first = stored().get(0);
    int before = scheme.made();
    List<Rotation> theirs = new ArrayList<>();
    store.before(
        "replace",
        call -> {
          if (theirs.size() < 2) {
            theirs.add(there.registry().rotate(hook, HOUR));
          }
        });
    Rotation ours = here.registry().rotate(hook, HOUR);
    assertEquals(
        List.of(ours.secret(), theirs.get(1).secret(), theirs.get(0).secret(), first), stored());
    assertEquals(3, scheme.made() - before, "one key for each call, however often it was tried");
    assertEquals(ours.secret().fingerprint(), ours.webhook().secretFingerprint());
  }

  @Test
  void aKeyThatAnotherProcessHasJustMadeTheCurrentOneIsRefused() {
    Posthorn there = process(memory);
    Secret same = Secret.of("k-same");
    store.before(
        "replace",
        call -> {
          if (!stored().contains(same)) {
            there.registry().rotate(hook, HOUR, same);
          }
        });
    assertThrows(InvalidWebhookException.class, () -> here.registry().rotate(hook, HOUR, same));
    assertEquals(same, stored().get(0));
    assertEquals(2, stored().size());
  }

  @Test
  void aRotationThatIsNotStoredChangesNothing() {
    List<Secret> before = stored();
    store.fail("replace", () -> new StoreException("no", new IllegalStateException("down")));
    assertThrows(StoreException.class, () -> here.registry().rotate(hook));
    assertEquals(before, stored());
  }

  @Test
  void theKeyIsHandedOutEvenIfReadingBackFails() {
    store.fail("changedSince", () -> new IllegalStateException("down"));
    Secret fresh = here.registry().rotate(hook).secret();
    assertEquals(fresh, stored().get(0));
  }

  @Test
  void whatIsNotThereOrAnotherTenantsIsNotRotated() {
    List<Secret> before = stored();
    assertThrows(NotFoundException.class, () -> here.registry().rotate(WebhookId.of("none"), HOUR));
    assertThrows(
        NotFoundException.class,
        () -> here.registry().forTenant(Tenant.of("other")).rotate(hook, HOUR));
    assertEquals(before, stored());
  }

  @Test
  void anOverlapOutOfRangeIsRefusedAndChangesNothing() {
    List<Secret> before = stored();
    assertEquals(
        "an overlap must be 0 to 365 days: PT-1S",
        assertThrows(
                IllegalArgumentException.class,
                () -> here.registry().rotate(hook, Duration.ofSeconds(-1)))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> here.registry().rotate(hook, Duration.ofDays(366), Secret.of("k-new")));
    assertEquals(before, stored());
  }

  @Test
  void withoutAnOverlapSaidItIsADay() {
    Rotation rotation = here.registry().rotate(hook);
    assertEquals(time.instant().plus(Duration.ofHours(24)), rotation.previousUntil());
    assertNotEquals(stored().get(1), rotation.secret());
  }
}
