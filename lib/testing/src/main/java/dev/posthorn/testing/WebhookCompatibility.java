package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.Changes;
import dev.posthorn.store.Changes.Change;
import dev.posthorn.store.Claim;
import dev.posthorn.store.Claims;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.StoredKey;
import dev.posthorn.store.StoredWebhook;
import dev.posthorn.webhook.EventPattern;
import dev.posthorn.webhook.Verification;
import dev.posthorn.webhook.Webhook;
import dev.posthorn.webhook.WebhookSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code WebhookStore} promises. */
abstract class WebhookCompatibility extends AuthenticationCompatibility {
  private static final Map<String, Secret> ODD_HEADERS =
      Map.of("X-Api-Key", Secret.of("a+b %20&=\\'"), "authorization", Secret.of("Basic \t\"x\""));

  @Test
  void aWebhookComesBackAsItWas() {
    Webhook webhook =
        new Webhook(
            WebhookId.of("odd'\"\\%_"),
            TENANT,
            "https://customer.example/\u00fc?a='&b=%20#x",
            "acme-1",
            Set.of(new EventPattern("task.*"), new EventPattern("comment.created")),
            "L\u00e4den '\"\\%_ \ud83d\udcef \u05e9\u05dc\u05d5\u05dd e\u0301",
            oddMetadata(),
            oddSettings(),
            "it answered 410 \ud83d\udcef",
            new Verification(
                false, LONG_AGO, "HEAD answered 404", Rate.of(11, Duration.ofMinutes(1))),
            "0a1b2c3d",
            LONG_AGO);
    List<StoredKey> keys =
        List.of(
            StoredKey.newest(Secret.of("newest")),
            new StoredKey(Secret.of("older"), LONG_AGO.plusSeconds(86_400)),
            new StoredKey(Secret.of("\u00fc'\\"), LONG_AGO.plusNanos(1_000)),
            new StoredKey(Secret.of("oldest"), LONG_AGO));
    StoredWebhook stored =
        new StoredWebhook(
            webhook,
            keys,
            ODD_HEADERS,
            "why",
            "0a1b2c3d4e5f",
            Rate.of(9, Duration.ofMillis(1501)),
            Rate.of(7, Duration.ofMillis(1500)),
            1);

    named("shop");
    assertTrue(webhooks.insert(stored), "insert adds a webhook whose id is free");
    assertEquals(
        Optional.of(stored), webhooks.find(TENANT, webhook.id()), "it comes back as it was");
    assertEquals(
        List.copyOf(webhook.metadata().keySet()),
        List.copyOf(stored(webhook.id()).webhook().metadata().keySet()),
        "metadata comes back in its order");

    StoredWebhook plain = aWebhook(TENANT, "plain");
    webhooks.insert(plain);
    assertEquals(Optional.of(plain), webhooks.find(TENANT, plain.webhook().id()), "and so plain");
  }

  @Test
  void theNextVersionReplacesKeysLabelAndMetadata() {
    StoredWebhook first = stored(webhook("a"));
    Webhook old = first.webhook();
    Webhook named =
        new Webhook(
            old.id(),
            old.tenant(),
            old.url(),
            old.contract(),
            old.events(),
            "shop",
            oddMetadata(),
            null,
            null,
            "0a1b2c3d",
            old.createdAt());
    List<StoredKey> rotated =
        List.of(
            StoredKey.newest(Secret.of("new")),
            new StoredKey(first.keys().get(0).secret(), LONG_AGO));
    StoredWebhook second = new StoredWebhook(named, rotated, null, null, 2);
    assertTrue(webhooks.replace(second), "the next version is written");
    assertEquals(second, stored(old.id()), "it comes back as it was");

    StoredWebhook third = new StoredWebhook(old, List.of(), null, null, 3);
    assertTrue(webhooks.replace(third), "the next version is written");
    assertEquals(third, stored(old.id()), "nothing of the version before is left");
  }

  private static WebhookSettings oddSettings() {
    Map<String, String> fingerprints = new LinkedHashMap<>();
    ODD_HEADERS.forEach((name, value) -> fingerprints.put(name, value.fingerprint()));
    return new WebhookSettings(
        fingerprints,
        Rate.of(11, Duration.ofMinutes(1)),
        3,
        Duration.ofMillis(1234),
        "bank",
        "shop");
  }

  /** In an order that no sorting gives. */
  private static Map<String, String> oddMetadata() {
    Map<String, String> odd = new LinkedHashMap<>();
    odd.put("z", "");
    odd.put("A", "line\r\n\ttab \u0001 \u007f \u0085 \ufeff \uffff");
    odd.put("a", "{\"json\": [1, 'two', \\N, NULL]} {} ,");
    odd.put("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "\ud83d\udc69\u200d\ud83d\udc69 \ud834\udd1e");
    odd.put("m", "NULL");
    return odd;
  }

  @Test
  void anIdIsTakenForAllTenants() {
    webhook("a");
    assertFalse(webhooks.insert(aWebhook(TENANT, "a")), "the id is taken");
    assertFalse(webhooks.insert(aWebhook(OTHER_TENANT, "a")), "the id is taken for all tenants");
    assertEquals(1, stored(WebhookId.of("a")).version(), "what was there stays");
    assertEquals(
        Optional.empty(),
        webhooks.find(OTHER_TENANT, WebhookId.of("a")),
        "another tenant's webhook is not found");
    webhook("A");
    assertEquals(
        WebhookId.of("a"), stored(WebhookId.of("a")).webhook().id(), "ids are case-sensitive");
  }

  @Test
  void onlyTheNextVersionIsWritten() {
    WebhookId a = webhook("a");
    StoredWebhook first = stored(a);
    StoredWebhook second = first.disabled("second");
    assertTrue(webhooks.replace(second), "the next version is written");
    assertFalse(webhooks.replace(first.disabled("too late")), "the stored version moved on");
    assertFalse(webhooks.replace(second.disabled("x").disabled("y")), "no version is skipped");
    assertEquals(second, stored(a), "a refused write changes nothing");
    assertFalse(
        webhooks.replace(aWebhook(TENANT, "gone").disabled("x")), "what is gone is not written");
  }

  @Test
  void aTenantsWebhooksAreListedOldestFirst() {
    List<WebhookId> expected = new ArrayList<>();
    for (String id : List.of("c", "a", "e", "b", "d")) {
      expected.add(webhook(id));
    }
    webhooks.insert(aWebhook(OTHER_TENANT, "theirs"));
    rewrite(expected.get(0), null, null, null);

    List<WebhookId> read = new ArrayList<>();
    Page<StoredWebhook> page = webhooks.list(TENANT, Page.first(2));
    page.items().forEach(one -> read.add(one.webhook().id()));
    while (page.next().isPresent()) {
      page = webhooks.list(TENANT, Page.after(page.next().get(), 2));
      page.items().forEach(one -> read.add(one.webhook().id()));
    }
    assertEquals(expected, read, "each webhook of the tenant is listed once, oldest first");
  }

  @Test
  void changesBeginWithEverythingThatIsThere() {
    webhook("a");
    webhook("b");
    webhooks.insert(aWebhook(OTHER_TENANT, "c"));
    List<Change> all = new ArrayList<>();
    Changes changes = webhooks.changedSince("", 2);
    assertEquals(2, changes.changes().size(), "no more than asked for");
    assertTrue(changes.more(), "there is more to be read");
    all.addAll(changes.changes());
    changes = webhooks.changedSince(changes.cursor(), 2);
    all.addAll(changes.changes());
    assertFalse(changes.more(), "that was all");
    assertEquals(
        Set.of(WebhookId.of("a"), WebhookId.of("b"), WebhookId.of("c")),
        Set.copyOf(all.stream().map(Change::id).toList()),
        "an empty cursor begins with the webhooks of all tenants");
  }

  @Test
  void changesTellWhatWasWrittenSince() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    WebhookId c = webhook("c");
    String cursor = readToEnd("").cursor();
    assertEquals(List.of(), webhooks.changedSince(cursor, 10).changes(), "nothing was written");

    disable(b);
    enable(b);
    assertTrue(webhooks.delete(TENANT, c), "delete removes what is there");

    List<Change> changes = webhooks.changedSince(cursor, 10).changes();
    assertFalse(changes.stream().anyMatch(one -> one.id().equals(a)), "a was not written");
    assertEquals(Optional.of(stored(b)).map(StoredWebhook::version), version(b, changes), "newest");
    Change deleted = changes.stream().filter(one -> one.id().equals(c)).reduce((x, y) -> y).get();
    assertNull(deleted.webhook(), "a deletion is a change without a webhook");
  }

  @Test
  void anIdThatIsUsedAgainIsSeenAsThere() {
    WebhookId a = webhook("a");
    String cursor = readToEnd("").cursor();
    webhooks.delete(TENANT, a);
    webhook("a");
    List<Change> changes = webhooks.changedSince(cursor, 10).changes();
    Change last = changes.get(changes.size() - 1);
    assertEquals(a, last.id(), "an id that is used again is a change");
    assertNotNull(last.webhook(), "the last change is the one that counts");
  }

  @Test
  void deletingAWebhookHidesAllThatWasIts() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    add(event("e", a, b));
    DeliveryId done = deliver("done", a);
    Claim inFlight = null;
    for (Claim claim : claimAll()) {
      if (claim.id().equals(done)) {
        record(accepted(claim));
      } else if (claim.webhook().equals(a)) {
        inFlight = claim;
      }
    }
    assertNotNull(inFlight, "what is due is claimed");

    assertFalse(webhooks.delete(OTHER_TENANT, a), "another tenant's webhook is not deleted");
    assertTrue(webhooks.delete(TENANT, a), "delete removes what is there");

    assertFalse(webhooks.delete(TENANT, a), "it is gone");
    assertEquals(Optional.empty(), webhooks.find(TENANT, a), "it is gone");
    assertEquals(List.of(), log(a), "its deliveries are out of sight at once");
    assertEquals(List.of(), history.attempts(done), "its attempts are out of sight at once");
    assertEquals(Optional.empty(), history.lane(a), "its lane is gone");
    assertEquals(
        1,
        history.list(DeliveryQuery.of(key("e")), Page.first(10)).items().size(),
        "other webhooks' deliveries stay");
    assertEquals(
        0,
        written(List.of(accepted(inFlight)), List.of()),
        "the result of what was in flight is skipped");
    assertEquals(0, history.requeue(DeliveryQuery.of(TENANT, done), 1), "there is no such thing");
  }

  @Test
  void anIdThatIsUsedAgainHasNoPast() {
    WebhookId a = webhook("a");
    add(event("old", a));
    gate(a, 100);
    webhooks.delete(TENANT, a);
    webhook("a");
    assertEquals(List.of(), log(a), "a new webhook has no deliveries");
    assertEquals(Claims.NEVER, claim(10, 10).more(), "and no work");
    assertEquals(Status.NEW, add(event("new", a)).status(), "it takes events");
    claimOne("and has no gate");
  }

  private Changes readToEnd(String from) {
    Changes changes = webhooks.changedSince(from, 100);
    while (changes.more()) {
      changes = webhooks.changedSince(changes.cursor(), 100);
    }
    return changes;
  }

  private static Optional<Long> version(WebhookId id, List<Change> changes) {
    return changes.stream()
        .filter(one -> one.id().equals(id))
        .map(Change::webhook)
        .reduce((earlier, later) -> later)
        .map(StoredWebhook::version);
  }
}
