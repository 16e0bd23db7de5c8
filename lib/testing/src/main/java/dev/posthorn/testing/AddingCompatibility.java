package dev.posthorn.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.delivery.DeliveryId;
import dev.posthorn.delivery.DeliveryState;
import dev.posthorn.delivery.EventKey;
import dev.posthorn.delivery.LaneState;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Rate;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.Added;
import dev.posthorn.store.Added.Born;
import dev.posthorn.store.Added.Fate;
import dev.posthorn.store.Added.Status;
import dev.posthorn.store.Claim;
import dev.posthorn.store.DeliveryQuery;
import dev.posthorn.store.LaneChange;
import dev.posthorn.store.NewDelivery;
import dev.posthorn.store.NewEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code DeliveryStore.add} promises. */
abstract class AddingCompatibility extends StorageFixture {

  @Test
  void anEventBecomesOneDeliveryForEachWebhook() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");

    Added added = add(event("e", a, b));

    assertEquals(Status.NEW, added.status(), "an event that is not known is new");
    assertEquals(key("e"), added.event(), "an answer names its event");
    assertEquals(
        Set.of(
            new Born(deliveryId("e", a), Fate.WAITING), new Born(deliveryId("e", b), Fate.WAITING)),
        Set.copyOf(added.born()),
        "each delivery is stored");
    assertEquals(1, log(a).size(), "there is exactly one delivery per event and webhook");
    assertEquals(
        2,
        history.list(DeliveryQuery.of(key("e")), Page.first(10)).items().size(),
        "the event's deliveries are those");
  }

  @Test
  void answersComeInTheOrderOfTheEvents() {
    WebhookId a = webhook("a");
    add(event("m", a));

    List<Added> added =
        deliveries.add(List.of(event("z", a), event("m", a), event("b", a)), lease());

    assertEquals(
        List.of(key("z"), key("m"), key("b")),
        added.stream().map(Added::event).toList(),
        "add answers in the order of its events");
    assertEquals(
        List.of(Status.NEW, Status.KNOWN, Status.NEW),
        added.stream().map(Added::status).toList(),
        "each answer is that of its event");
  }

  @Test
  void theSameEventAgainIsKnownAndStoresNothing() {
    WebhookId a = webhook("a");
    WebhookId b = webhook("b");
    add(event("e", a));

    NewDelivery second = new NewDelivery(DeliveryId.of("again"), b, oldAge(), true);
    Added again = add(new NewEvent(key("e"), TYPE, content("e", "first"), List.of(second)));

    assertEquals(Status.KNOWN, again.status(), "the same content under a known key is known");
    assertEquals(List.of(), again.born(), "nothing is stored of a known event");
    assertEquals(1, log(a).size(), "repeating add does not double a delivery");
    assertEquals(List.of(), log(b), "repeating add does not add deliveries");
  }

  @Test
  void theSameEventTwiceInOneCallIsStoredOnce() {
    WebhookId a = webhook("a");
    List<Added> added = deliveries.add(List.of(event("e", a), event("e", a)), lease());
    assertEquals(
        List.of(Status.NEW, Status.KNOWN),
        added.stream().map(Added::status).toList(),
        "the second of two equal events in one call is known");
    assertEquals(1, claimAll().size(), "there is exactly one delivery per event and webhook");
  }

  @Test
  void anotherEventUnderTheSameKeyIsConflicting() {
    WebhookId a = webhook("a");
    DeliveryId first = deliver("e", a);

    NewDelivery born = new NewDelivery(DeliveryId.of("other"), a, oldAge(), false);
    Added other = add(new NewEvent(key("e"), TYPE, content("e", "changed"), List.of(born)));

    assertEquals(Status.CONFLICTING, other.status(), "other content under a known key conflicts");
    assertEquals(List.of(), other.born(), "nothing is stored of a conflicting event");
    Claim claim = claimOne("the first event is untouched");
    assertEquals(first, claim.id(), "the first event is untouched");
    assertArrayEquals(
        content("e", "first").json(), claim.content().json(), "the first content is untouched");
  }

  @Test
  void keysAreComparedExactly() {
    WebhookId a = webhook("a");
    WebhookId other = WebhookId.of("other");
    webhooks.insert(aWebhook(OTHER_TENANT, "other"));
    List<NewEvent> events = new ArrayList<>();
    List<EventKey> keys =
        List.of(
            new EventKey(TENANT, "/s", "A"),
            new EventKey(TENANT, "/s", "a"),
            new EventKey(TENANT, "/S", "a"),
            new EventKey(TENANT, "/s", "a "),
            new EventKey(TENANT, "/s", "\u00e1"),
            new EventKey(TENANT, "/s", "a\u0301"),
            new EventKey(TENANT, "/sa", ""),
            new EventKey(TENANT, "", "/sa"),
            new EventKey(OTHER_TENANT, "/s", "a"));
    for (EventKey key : keys) {
      WebhookId to = key.tenant().equals(TENANT) ? a : other;
      NewDelivery born = new NewDelivery(DeliveryId.of("d" + events.size()), to, oldAge(), false);
      events.add(new NewEvent(key, TYPE, content("x", "same"), List.of(born)));
    }
    List<Added> added = deliveries.add(events, lease());
    assertTrue(
        added.stream().allMatch(one -> one.status() == Status.NEW),
        () -> "keys that differ in case, accents, blanks or tenant are different: " + added);
    assertEquals(
        new HashSet<>(keys),
        new HashSet<>(claimAll().stream().map(Claim::event).toList()),
        "keys come back as they were");
  }

  @Test
  void deliveriesToWebhooksThatAreGoneAreLeftOut() {
    WebhookId a = webhook("a");
    WebhookId gone = webhook("gone");
    webhooks.delete(TENANT, gone);

    Added added = add(event("e", gone, a));

    assertEquals(Status.NEW, added.status(), "an event is stored for the webhooks that are left");
    assertEquals(
        List.of(new Born(deliveryId("e", a), Fate.WAITING)),
        added.born(),
        "a delivery to a webhook that is gone is left out");
  }

  @Test
  void deliveriesToAnotherTenantsWebhookAreLeftOut() {
    webhooks.insert(aWebhook(OTHER_TENANT, "theirs"));
    Added added = add(event("e", WebhookId.of("theirs")));
    assertEquals(List.of(), added.born(), "an event never crosses tenants");
    assertEquals(List.of(), claimAll(), "an event never crosses tenants");
  }

  @Test
  void anEventWithoutDeliveriesIsNotRemembered() {
    assertEquals(Status.NEW, add(event("none")).status(), "an event nobody wants is not stored");
    assertEquals(
        Status.NEW,
        add(event("gone", WebhookId.of("gone"))).status(),
        "an event whose webhooks are all gone is not stored");

    WebhookId a = webhook("a");
    assertEquals(Status.NEW, add(event("none", a)).status(), "what is not stored is not known");
    assertEquals(Status.NEW, add(event("gone", a)).status(), "what is not stored is not known");
  }

  @Test
  void addStoresAllOrNone() {
    WebhookId a = webhook("a");
    DeliveryId taken = deliver("first", a);
    NewDelivery clash = new NewDelivery(taken, a, oldAge(), false);
    NewEvent bad = new NewEvent(key("bad"), TYPE, content("bad", ""), List.of(clash));

    assertThrows(
        RuntimeException.class,
        () -> deliveries.add(List.of(event("good", a), bad), lease()),
        "a delivery id that is taken is refused");

    assertEquals(1, log(a).size(), "an add that throws has stored nothing");
    assertEquals(Status.NEW, add(event("good", a)).status(), "an add that throws is forgotten");
    assertEquals(2, claimAll().size(), "what was there before is still there");
  }

  @Test
  void aDeliveryIsBornClaimedWhereItsLaneIsOpen() {
    WebhookId a = webhook("a");
    Added added = add(event("e", oldAge(), true, a));
    DeliveryId id = deliveryId("e", a);
    assertEquals(List.of(new Born(id, Fate.CLAIMED)), added.born(), "it is born claimed");
    assertEquals(List.of(), claimAll(), "nobody else is granted what was born claimed");

    pass(5);
    Claim second = claimOne("a lease of birth runs out like any other");
    assertEquals(2, second.fence(), "what is born claimed has fence 1");
    assertEquals(1, second.lapses(), "the lease of birth counts as lapsed");
  }

  @Test
  void theResultOfABornClaimIsWritten() {
    WebhookId a = webhook("a");
    add(event("e", oldAge(), true, a));
    DeliveryId id = deliveryId("e", a);
    Claim born =
        new Claim(
            id,
            1,
            a,
            1,
            key("e"),
            TYPE,
            content("e", ""),
            1,
            0,
            0,
            Duration.ZERO,
            oldAge(),
            null,
            Instant.EPOCH,
            null);
    record(accepted(born));
    assertEquals(DeliveryState.DELIVERED, read(id).state(), "a born claim's result is written");
  }

  @Test
  void nothingIsBornClaimedInALaneThatIsNotOpen() {
    WebhookId held = webhook("held");
    disable(held);
    WebhookId gated = webhook("gated");
    change(new LaneChange.Gate(gated, LaneState.FAILING, moments(3), "it failed", null));
    WebhookId paced = webhook("paced");
    change(new LaneChange.Pace(paced, Rate.of(1000, Duration.ofSeconds(1))));

    Added added = add(event("e", oldAge(), true, held, gated, paced));

    assertEquals(
        Set.of(Fate.WAITING),
        Set.copyOf(added.born().stream().map(Born::fate).toList()),
        "nothing is born claimed in a held, gated or paced lane");
    assertEquals(
        List.of(deliveryId("e", paced)), ids(claimAll()), "a claim finds it when the lane allows");
    assertEquals(DeliveryState.HELD, read(deliveryId("e", held)).state(), "it is held");
  }

  @Test
  void oddTextsComeBackAsTheyWere() {
    WebhookId a = webhook("a");
    String odd = "'; DROP \"x\" -- \\ % _ {} $1 ? \u00fc \u4e2d\u6587 \ud83d\udcef \u200b\u2028";
    EventKey key = new EventKey(TENANT, odd + "s".repeat(2000 - odd.length()), odd);
    String data = "\u00fc\\u0000\\ud83d " + "x".repeat(200_000);
    NewDelivery born = new NewDelivery(DeliveryId.of("odd'\"\\%"), a, oldAge(), false);

    add(new NewEvent(key, odd, content("odd", data), List.of(born)));

    Claim claim = claimOne("odd texts are stored");
    assertEquals(key, claim.event(), "a key comes back as it was");
    assertEquals(odd, claim.type(), "a type comes back as it was");
    assertEquals(born.id(), claim.id(), "an id comes back as it was");
    assertArrayEquals(
        content("odd", data).json(), claim.content().json(), "content comes back byte for byte");
    assertEquals(
        1,
        history.list(DeliveryQuery.of(key), Page.first(10)).items().size(),
        "odd keys are found");
  }

  @Test
  void tenThousandDeliveriesAreStoredAndClaimedOnce() {
    List<WebhookId> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(webhook("w" + i));
    }
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      events.add(event("e" + i, all.toArray(WebhookId[]::new)));
    }
    int born =
        deliveries.add(events, moments(1000)).stream().mapToInt(one -> one.born().size()).sum();
    assertEquals(10_000, born, "every delivery is stored");

    Set<DeliveryId> claimed = new HashSet<>();
    List<Claim> batch = claim(1000, 100).claims();
    while (!batch.isEmpty()) {
      batch.forEach(one -> assertTrue(claimed.add(one.id()), "no delivery is claimed twice"));
      written(batch.stream().map(StorageFixture::accepted).toList(), List.of());
      batch = claim(1000, 100).claims();
    }
    assertEquals(10_000, claimed.size(), "every delivery is claimed");
  }
}
