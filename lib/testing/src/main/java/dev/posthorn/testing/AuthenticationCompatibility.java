package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.NotFoundException;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.AuthenticationStore;
import dev.posthorn.store.Changes;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.NamedAuthentication;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code AuthenticationStore} promises. */
abstract class AuthenticationCompatibility extends LimitCompatibility {

  @Test
  void anAuthenticationComesBackAsItWas() {
    StoredAuthentication stored =
        new StoredAuthentication(
            new NamedAuthentication(
                TENANT, "A.b-c_9", "acme-1", Secret.of("\u00fc'\\").fingerprint(), LONG_AGO),
            List.of(
                StoredKey.newest(Secret.of("\u00fc'\\")),
                new StoredKey(Secret.of("older"), LONG_AGO.plusNanos(1_000))),
            1);
    assertTrue(authentications().insert(stored), "insert adds one whose name is free");
    assertEquals(
        Optional.of(stored), authentications().find(TENANT, "A.b-c_9"), "it comes back as it was");
    assertEquals(
        Optional.empty(), authentications().find(TENANT, "a.b-c_9"), "names are case-sensitive");
    assertEquals(
        Optional.empty(),
        authentications().find(OTHER_TENANT, "A.b-c_9"),
        "another tenant's is not found");
  }

  @Test
  void aNameIsTakenForItsTenantAlone() {
    StoredAuthentication mine = named("shop");
    assertFalse(authentications().insert(authentication(TENANT, "shop", "x", 1)), "it is taken");
    assertEquals(Optional.of(mine), authentications().find(TENANT, "shop"), "what was there stays");
    assertTrue(
        authentications().insert(authentication(OTHER_TENANT, "shop", "y", 1)),
        "each tenant has names of its own");
  }

  @Test
  void onlyTheNextVersionOfAnAuthenticationIsWritten() {
    named("shop");
    StoredAuthentication second = authentication(TENANT, "shop", "second", 2);
    assertTrue(authentications().replace(second, Set.of()), "the next version is written");
    assertFalse(
        authentications().replace(authentication(TENANT, "shop", "late", 2), Set.of()),
        "the stored version moved on");
    assertFalse(
        authentications().replace(authentication(TENANT, "shop", "x", 4), Set.of()),
        "no version is skipped");
    assertEquals(
        Optional.of(second), authentications().find(TENANT, "shop"), "a refused write is none");
    assertFalse(
        authentications().replace(authentication(TENANT, "gone", "x", 2), Set.of()),
        "what is not there is not written");
  }

  @Test
  void aTenantsAuthenticationsAreListedOldestFirst() {
    List<String> expected = List.of("c", "a", "e", "b", "d");
    expected.forEach(this::named);
    authentications().insert(authentication(OTHER_TENANT, "theirs", "x", 1));
    authentications().replace(authentication(TENANT, "c", "x", 2), Set.of());
    List<String> read = new ArrayList<>();
    Page<StoredAuthentication> page = authentications().list(TENANT, Page.first(2));
    page.items().forEach(one -> read.add(one.named().name()));
    while (page.next().isPresent()) {
      page = authentications().list(TENANT, Page.after(page.next().get(), 2));
      page.items().forEach(one -> read.add(one.named().name()));
    }
    assertEquals(expected, read, "each authentication of the tenant is listed once, oldest first");
  }

  @Test
  void aWebhookCannotUseWhatIsNotThere() {
    StoredWebhook user = using("a", "shop", 1);
    assertThrows(
        NotFoundException.class,
        () -> webhooks.insert(user),
        "a webhook that uses what is not there is not added");
    assertEquals(Optional.empty(), webhooks.find(TENANT, user.webhook().id()), "nothing is there");
    authentications().insert(authentication(OTHER_TENANT, "shop", "x", 1));
    assertThrows(
        NotFoundException.class, () -> webhooks.insert(user), "another tenant's is not there");
    webhook("a");
    assertThrows(
        NotFoundException.class,
        () -> webhooks.replace(using("a", "shop", 2)),
        "a webhook that uses what is not there is not written");
    assertEquals(1, stored(WebhookId.of("a")).version(), "nothing was written");
    named("shop");
    assertTrue(webhooks.replace(using("a", "shop", 2)), "what is there can be used");
  }

  @Test
  void whatIsUsedIsNotDeleted() {
    named("shop");
    webhooks.insert(using("a", "shop", 1));
    assertEquals(
        Map.of("onehorizon", WebhookId.of("a")),
        authentications().users(TENANT, "shop"),
        "who uses it");
    assertEquals(Map.of(), authentications().users(OTHER_TENANT, "shop"), "not another tenant's");
    assertFalse(authentications().delete(TENANT, "shop"), "what is used is not deleted");
    assertTrue(webhooks.replace(using("a", null, 2)), "it is given other keys");
    assertEquals(Map.of(), authentications().users(TENANT, "shop"), "nobody uses it");
    assertFalse(authentications().delete(OTHER_TENANT, "shop"), "another tenant's is not deleted");
    assertTrue(authentications().delete(TENANT, "shop"), "what nobody uses is deleted");
    assertFalse(authentications().delete(TENANT, "shop"), "it is gone");
    assertEquals(Optional.empty(), authentications().find(TENANT, "shop"), "it is gone");
    assertThrows(
        NotFoundException.class, () -> webhooks.replace(using("a", "shop", 3)), "it is gone");
  }

  @Test
  void keysAreNotReplacedForAWebhookOfAContractThatTheyWereNotCheckedFor() {
    StoredAuthentication first = named("shop");
    StoredAuthentication second = authentication(TENANT, "shop", "second", 2);
    webhooks.insert(using("a", "shop", 1));
    assertFalse(
        authentications().replace(second, Set.of("another")), "a webhook of a contract uses it");
    assertFalse(authentications().replace(second, Set.of()), "a webhook of a contract uses it");
    assertEquals(
        Optional.of(first), authentications().find(TENANT, "shop"), "a refused write is none");
    authentications().insert(authentication(OTHER_TENANT, "shop", "x", 1));
    assertTrue(
        authentications().replace(authentication(OTHER_TENANT, "shop", "y", 2), Set.of()),
        "another tenant's webhook does not use it");
    assertTrue(
        authentications().replace(second, Set.of("another", "onehorizon")),
        "the contracts of all who use it are among those");
    webhooks.delete(TENANT, WebhookId.of("a"));
    assertTrue(
        authentications().replace(authentication(TENANT, "shop", "third", 3), Set.of()),
        "nobody uses it any more");
  }

  /** One looks for users and replaces; the other begins to use it and looks at the keys. */
  @Test
  void whoReplacesKeysAndWhoBeginsToUseThemDoNotMissEachOther() throws Exception {
    for (int round = 0; round < 20; round++) {
      String name = "shop" + round;
      StoredWebhook user = using("w" + round, name, 1);
      named(name);
      List<Boolean> seen =
          Together.atOnce(
              2,
              thread -> thread == 0 ? replacesUnused(name) : webhooks.insert(user) && isNew(name));
      boolean replacedUnused = seen.get(0);
      boolean sawNewKeys = seen.get(1);
      assertTrue(
          sawNewKeys || !replacedUnused,
          "keys were replaced as if nobody used them, and who began to use them saw the old ones");
    }
  }

  private boolean replacesUnused(String name) {
    Set<String> users = authentications().users(TENANT, name).keySet();
    return authentications().replace(authentication(TENANT, name, "next", 2), users)
        && users.isEmpty();
  }

  private boolean isNew(String name) {
    return authentications().find(TENANT, name).orElseThrow().version() == 2;
  }

  @Test
  void aWebhookThatIsDeletedUsesNothing() {
    named("shop");
    webhooks.insert(using("a", "shop", 1));
    webhooks.delete(TENANT, WebhookId.of("a"));
    assertTrue(authentications().delete(TENANT, "shop"), "nobody uses it any more");
  }

  @Test
  void aNameThatIsUsedAgainIsANewOne() {
    named("shop");
    String cursor = toEnd("").cursor();
    authentications().delete(TENANT, "shop");
    StoredAuthentication again = authentication(TENANT, "shop", "again", 1);
    assertTrue(authentications().insert(again), "the name is free again");
    List<Changes.AuthenticationChange> changes = toEnd(cursor).authentications();
    assertEquals(again, changes.get(changes.size() - 1).authentication(), "the last change counts");
  }

  @Test
  void changesTellOfAuthenticationsInOneOrderWithWebhooks() {
    named("shop");
    named("bank");
    webhook("a");
    Changes first = webhooks.changedSince("", 2);
    assertEquals(
        2,
        first.authentications().size() + first.changes().size(),
        "no more of both kinds together than asked for");
    assertTrue(first.more(), "there is more to be read");
    Changes rest = webhooks.changedSince(first.cursor(), 2);
    assertEquals(
        3,
        first.authentications().size()
            + first.changes().size()
            + rest.authentications().size()
            + rest.changes().size(),
        "an empty cursor begins with everything that is there");

    String cursor = toEnd("").cursor();
    StoredAuthentication second = authentication(TENANT, "shop", "second", 2);
    authentications().replace(second, Set.of());
    authentications().delete(TENANT, "bank");
    Changes changes = toEnd(cursor);
    assertEquals(List.of(), changes.changes(), "no webhook was written");
    assertEquals(
        List.of(
            new Changes.AuthenticationChange(TENANT, "shop", second),
            new Changes.AuthenticationChange(TENANT, "bank", null)),
        changes.authentications(),
        "what was written since, deletions included");
    assertEquals(List.of(), toEnd(changes.cursor()).authentications(), "nothing was written since");
  }

  private Changes toEnd(String from) {
    Changes changes = webhooks.changedSince(from, 100);
    assertFalse(changes.more(), "that was all");
    return changes;
  }

  private AuthenticationStore authentications() {
    return storage.authentications();
  }

  /** Adds one of the usual tenant. */
  final StoredAuthentication named(String name) {
    StoredAuthentication added = authentication(TENANT, name, "key of " + name, 1);
    assertTrue(authentications().insert(added), "insert adds one whose name is free");
    return added;
  }

  private static StoredAuthentication authentication(
      Tenant tenant, String name, String key, long version) {
    Secret secret = Secret.of(key);
    return new StoredAuthentication(
        new NamedAuthentication(tenant, name, "onehorizon", secret.fingerprint(), LONG_AGO),
        List.of(StoredKey.newest(secret)),
        version);
  }

  private static StoredWebhook using(String id, @Nullable String name, long version) {
    Webhook plain = aWebhook(TENANT, id).webhook();
    Webhook user =
        new Webhook(
            plain.id(),
            plain.tenant(),
            plain.url(),
            plain.contract(),
            plain.events(),
            plain.label(),
            plain.metadata(),
            new WebhookSettings(Map.of(), null, null, null, null, name),
            null,
            null,
            null,
            plain.createdAt());
    return new StoredWebhook(user, List.of(), null, null, version);
  }
}
