package dev.posthorn.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.dispatch.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredWebhookTest {
  private static final Instant NOON = Instant.parse("2026-05-05T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(60);

  private static StoredKey key(String secret, @Nullable Instant until) {
    return new StoredKey(Secret.of(secret), until);
  }

  private static StoredWebhook with(StoredKey... keys) {
    StoredWebhook sample = Samples.webhook("a", Tenant.DEFAULT, "open");
    return new StoredWebhook(sample.webhook(), List.of(keys), null, null, 1);
  }

  private static List<String> used(StoredWebhook webhook, Instant now) {
    return webhook.secrets(now).stream().map(Secret::reveal).toList();
  }

  private static String refused(StoredKey... keys) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> with(keys)).getMessage());
  }

  @Test
  void aKeyIsUsedUntilItsEndAndNotAtIt() {
    StoredWebhook webhook = with(key("c", null), key("b", LATER), key("a", NOON));
    assertEquals(List.of("c", "b", "a"), used(webhook, NOON.minusNanos(1)));
    assertEquals(List.of("c", "b"), used(webhook, NOON));
    assertEquals(List.of("c", "b"), used(webhook, LATER.minusNanos(1)));
    assertEquals(List.of("c"), used(webhook, LATER));
    assertEquals(List.of("c"), used(webhook, Instant.MAX));
    assertEquals(List.of(), used(with(), NOON));
  }

  @Test
  void askingForKeysMakesNoLists() {
    StoredWebhook webhook = with(key("c", null), key("b", LATER), key("a", NOON));
    for (Instant now : List.of(NOON.minusNanos(1), NOON, LATER)) {
      assertSame(webhook.secrets(now), webhook.secrets(now));
    }
  }

  @Test
  void keysAreCopiedAndEqualByWhatTheyAre() {
    List<StoredKey> keys = new ArrayList<>(List.of(key("b", null), key("a", NOON)));
    StoredWebhook sample = with();
    StoredWebhook one = new StoredWebhook(sample.webhook(), keys, null, null, 1);
    assertEquals(one, with(key("b", null), key("a", NOON)));
    assertEquals(keys, one.keys());
    keys.clear();
    assertEquals(2, one.keys().size());
    assertThrows(UnsupportedOperationException.class, () -> one.keys().remove(0));
    assertSame(one.keys(), one.disabled("why").keys(), "prepared once");
    assertFalse(one.equals(with(key("b", null), key("a", LATER))), "ends count");
  }

  @Test
  void keysInNoOrderAreRefusedWithoutBeingShown() {
    assertEquals(
        "the newest key has no end and each other has one, but key 0 ends:"
            + " 2026-05-05T12:00:00Z",
        refused(key("hush", NOON)));
    assertEquals(
        "the newest key has no end and each other has one, but key 1 ends: null",
        refused(key("hush", null), key("secret", null)));
    assertEquals(
        "key 2 ends at 2026-05-05T12:01:00Z, after the newer one before it, which ends at"
            + " 2026-05-05T12:00:00Z",
        refused(key("hush", null), key("secret", NOON), key("other", LATER)));
  }

  @Test
  void noKeyIsShown() {
    assertFalse(with(key("hush", null), key("secret", NOON)).toString().contains("hush"));
    assertEquals(
        "StoredKey[secret=Secret[redacted], until=2026-05-05T12:00:00Z]",
        key("hush", NOON).toString());
  }
}
