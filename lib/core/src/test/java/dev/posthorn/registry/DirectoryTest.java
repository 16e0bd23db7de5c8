package dev.posthorn.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.exchange.ContractBook;
import dev.posthorn.exchange.Targets;
import dev.posthorn.memory.InMemoryStore;
import dev.posthorn.store.Changes;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.store.WebhookStore;
import dev.posthorn.webhook.Webhook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private static final Targets TARGETS =
      new Targets(new ContractBook(List.of(Samples.OPEN)), Set.of());

  private static final Tenant ACME = Tenant.of("acme");
  private static final Tenant BETA = Tenant.of("beta");

  private final WebhookStore store = InMemoryStore.create(new HandTime()).webhooks();
  private final Directory directory = new Directory(store, TARGETS);

  private StoredWebhook insert(String id, Tenant tenant, String... patterns) {
    StoredWebhook webhook = Samples.webhook(id, tenant, "open", patterns);
    assertTrue(store.insert(webhook));
    return webhook;
  }

  private void replace(StoredWebhook before, String... patterns) {
    Webhook old = before.webhook();
    StoredWebhook fresh = Samples.webhook(old.id().value(), old.tenant(), old.contract(), patterns);
    assertTrue(
        store.replace(
            new StoredWebhook(fresh.webhook(), fresh.keys(), null, null, before.version() + 1)));
  }

  private Set<String> matching(Tenant tenant, String type) {
    return directory.matching(tenant, type).stream()
        .map(entry -> entry.stored().webhook().id().value())
        .collect(Collectors.toSet());
  }

  @Test
  void itKnowsNothingBeforeItReadsAndEverythingAfter() {
    insert("a", Tenant.DEFAULT, "task.*");
    assertEquals(Set.of(), matching(Tenant.DEFAULT, "task.a"));
    directory.refresh();
    assertEquals(Set.of("a"), matching(Tenant.DEFAULT, "task.a"));
  }

  @Test
  void thousandsOfWebhooksAreReadInOneGo() {
    for (int i = 0; i < 2_500; i++) {
      insert("w" + i, Tenant.DEFAULT, "task.a");
    }
    directory.refresh();
    assertEquals(2_500, matching(Tenant.DEFAULT, "task.a").size());
  }

  @Test
  void tenantsAreApart() {
    insert("a", ACME, "*");
    insert("b", BETA, "*");
    directory.refresh();
    assertEquals(Set.of("a"), matching(ACME, "task.a"));
    assertEquals(Set.of("b"), matching(BETA, "task.a"));
    assertEquals(Set.of(), matching(Tenant.DEFAULT, "task.a"));
  }

  @Test
  void aChangeOfPatternsCountsFromTheNextReadOn() {
    StoredWebhook before = insert("a", ACME, "task.*", "note.made");
    directory.refresh();
    replace(before, "note.made", "file.*");
    directory.refresh();
    assertEquals(Set.of(), matching(ACME, "task.a"));
    assertEquals(Set.of("a"), matching(ACME, "note.made"));
    assertEquals(Set.of("a"), matching(ACME, "file.x"));
  }

  @Test
  void whatIsDeletedIsGone() {
    insert("a", ACME, "*");
    insert("b", ACME, "*");
    directory.refresh();
    assertTrue(store.delete(ACME, WebhookId.of("a")));
    directory.refresh();
    assertEquals(Set.of("b"), matching(ACME, "task.a"));
    assertNull(directory.find(WebhookId.of("a")));
    assertTrue(store.delete(ACME, WebhookId.of("b")));
    directory.refresh();
    assertEquals(Set.of(), matching(ACME, "task.a"));
  }

  @Test
  void anIdThatMovesToAnotherTenantBetweenTwoReadsLeavesItsOldTenant() {
    insert("a", ACME, "task.*");
    directory.refresh();
    assertTrue(store.delete(ACME, WebhookId.of("a")));
    insert("a", BETA, "task.*");
    directory.refresh();
    assertEquals(Set.of(), matching(ACME, "task.a"));
    assertEquals(Set.of("a"), matching(BETA, "task.a"));
  }

  @Test
  void aVersionThatIsNotKnownYetIsRead() {
    StoredWebhook first = insert("a", ACME, "*");
    directory.refresh();
    replace(first, "task.*");
    assertEquals(1, version(directory.find(WebhookId.of("a"))));
    assertEquals(1, version(directory.find(WebhookId.of("a"), 1)));
    assertEquals(2, version(directory.find(WebhookId.of("a"), 2)));
    assertNull(directory.find(WebhookId.of("b"), 1));
  }

  private static long version(Directory.@Nullable Entry entry) {
    assertNotNull(entry);
    return entry.stored().version();
  }

  @Test
  void aContractThatIsNotKnownHasNoTargetAndIsNamed() {
    assertTrue(store.insert(Samples.webhook("a", ACME, "strange", "*")));
    insert("b", ACME, "*");
    directory.refresh();
    Directory.Entry entry = directory.find(WebhookId.of("a"));
    assertNotNull(entry);
    assertNull(entry.target());
    assertEquals(Set.of("a", "b"), matching(ACME, "x"));
    assertEquals(
        List.of("a"),
        directory.withUnknownContract(10).stream().map(webhook -> webhook.id().value()).toList());
    assertEquals(List.of(), directory.withUnknownContract(0));
  }

  @Test
  void aReadThatFailsHalfWayGoesOnWhereItStopped() {
    for (int i = 0; i < 1_500; i++) {
      insert("w" + i, ACME, "task.a");
    }
    Failing failing = new Failing(store);
    Directory shaky = new Directory(failing, TARGETS);
    assertThrows(IllegalStateException.class, shaky::refresh);
    shaky.refresh();
    assertEquals(1_500, shaky.matching(ACME, "task.a").size());
  }

  /** Fails at the second call. */
  private static final class Failing implements WebhookStore {
    private final WebhookStore store;
    private int calls;

    Failing(WebhookStore store) {
      this.store = store;
    }

    @Override
    public Changes changedSince(String cursor, int size) {
      if (++calls == 2) {
        throw new IllegalStateException("down");
      }
      return store.changedSince(cursor, size);
    }

    @Override
    public boolean insert(StoredWebhook webhook) {
      return store.insert(webhook);
    }

    @Override
    public boolean replace(StoredWebhook next) {
      return store.replace(next);
    }

    @Override
    public boolean delete(Tenant tenant, WebhookId id) {
      return store.delete(tenant, id);
    }

    @Override
    public Optional<StoredWebhook> find(Tenant tenant, WebhookId id) {
      return store.find(tenant, id);
    }

    @Override
    public Page<StoredWebhook> list(Tenant tenant, Page.Request page) {
      return store.list(tenant, page);
    }
  }
}
