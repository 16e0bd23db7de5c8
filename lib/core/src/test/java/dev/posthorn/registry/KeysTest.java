package dev.posthorn.registry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.Authentication;
import dev.posthorn.contract.Secret;
import dev.posthorn.dispatch.HandTime;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.WebhookSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Authentication SEVERAL = new ListedKeys(true, "k");
  private static final Authentication SINGLE = new ListedKeys(false, "k");
  private static final WebhookSpec SPEC = WebhookSpec.to("https://customer.example/");

  private final HandTime time = new HandTime();
  private final Instant start = time.instant();
  private final Keys keys = new Keys(time, new Random(1));

  private static Secret secret(String text) {
    return Secret.of(text);
  }

  private static StoredKey newest(String text) {
    return StoredKey.newest(secret(text));
  }

  private StoredKey ending(String text, Duration after) {
    return new StoredKey(secret(text), start.plus(after));
  }

  private static String refused(Runnable call) {
    return String.valueOf(assertThrows(InvalidWebhookException.class, call::run).getMessage());
  }

  @Test
  void theFirstKeyIsGeneratedGivenOrNone() {
    assertEquals(1, keys.first(SEVERAL, SPEC).size());
    assertEquals(List.of(newest("k1")), keys.first(SEVERAL, SPEC.secret(secret("k1"))));
    assertEquals(List.of(), keys.first(SEVERAL, SPEC.withoutSecret()));
    assertEquals(
        "the key must begin with k", refused(() -> keys.first(SEVERAL, SPEC.secret(secret("x")))));
  }

  @Test
  void theKeysBeforeEndAfterTheOverlap() {
    List<StoredKey> first = keys.rotated(SEVERAL, secret("k2"), HOUR, List.of(newest("k1")));
    assertEquals(List.of(newest("k2"), ending("k1", HOUR)), first);

    time.advance(Duration.ofMinutes(30));
    assertEquals(
        List.of(newest("k3"), ending("k2", Duration.ofMinutes(90)), ending("k1", HOUR)),
        keys.rotated(SEVERAL, secret("k3"), HOUR, first),
        "one that ends sooner still does");
    Duration soon = Duration.ofMinutes(31);
    assertEquals(
        List.of(newest("k3"), ending("k2", soon), ending("k1", soon)),
        keys.rotated(SEVERAL, secret("k3"), Duration.ofMinutes(1), first),
        "and none ends later");
  }

  @Test
  void endsAreWholeMicroseconds() {
    List<StoredKey> rotated =
        keys.rotated(SEVERAL, secret("k2"), Duration.ofNanos(5_999), List.of(newest("k1")));
    assertEquals(ending("k1", Duration.ofNanos(5_000)), rotated.get(1));
  }

  @Test
  void withoutAnOverlapOnlyTheNewKeyIsLeft() {
    List<StoredKey> before = List.of(newest("k2"), ending("k1", HOUR));
    assertEquals(List.of(newest("k3")), keys.rotated(SEVERAL, secret("k3"), Duration.ZERO, before));
    assertEquals(List.of(newest("k3")), keys.rotated(SINGLE, secret("k3"), HOUR, before));
    assertEquals(List.of(newest("k3")), keys.rotated(SEVERAL, secret("k3"), HOUR, List.of()));
  }

  @Test
  void keysThatHaveEndedLeaveAndSoDoThoseTheSchemeCannotUse() {
    List<StoredKey> before = List.of(newest("k3"), ending("x2", HOUR), ending("k1", HOUR));
    assertEquals(
        List.of(newest("k4"), ending("k3", HOUR), ending("k1", HOUR)),
        keys.rotated(SEVERAL, secret("k4"), HOUR, before));
    time.advance(HOUR);
    assertEquals(List.of(newest("k3")), keys.unended(before));
    assertEquals(
        List.of(newest("k4"), ending("k3", HOUR.multipliedBy(2))),
        keys.rotated(SEVERAL, secret("k4"), HOUR, before));
  }

  @Test
  void aKeyFromBeforeMayComeBackButNotTheCurrentOne() {
    List<StoredKey> before = List.of(newest("k2"), ending("k1", HOUR));
    assertEquals(
        List.of(newest("k1"), ending("k2", HOUR)),
        keys.rotated(SEVERAL, secret("k1"), HOUR, before));
    assertEquals(
        "the key given is the current one already: rotate to another",
        refused(() -> keys.rotated(SEVERAL, secret("k2"), Duration.ZERO, before)));
    assertEquals(
        "the key must begin with k",
        refused(() -> keys.rotated(SEVERAL, secret("x"), HOUR, before)));
  }

  @Test
  void fiveKeysAreTheMost() {
    List<StoredKey> full = List.of(newest("k1"));
    for (int i = 2; i <= 5; i++) {
      full = keys.rotated(SEVERAL, secret("k" + i), HOUR, full);
    }
    assertEquals(5, full.size());
    List<StoredKey> five = full;
    assertEquals(
        "there are 5 keys in use, the most there may be: the oldest is used until "
            + start.plus(HOUR)
            + "; rotate after that, or with an overlap of zero, which ends them all",
        refused(() -> keys.rotated(SEVERAL, secret("k6"), HOUR, five)));
    assertEquals(List.of(newest("k6")), keys.rotated(SEVERAL, secret("k6"), Duration.ZERO, five));
    time.advance(HOUR);
    assertEquals(2, keys.rotated(SEVERAL, secret("k6"), HOUR, five).size());
  }

  @Test
  void anUpdateKeepsReplacesOrRemovesKeys() {
    List<StoredKey> before = List.of(newest("k2"), ending("k1", HOUR));
    assertEquals(before, keys.updated(SEVERAL, SPEC, before));
    assertEquals(before, keys.updated(SEVERAL, SPEC.secret(secret("k2")), before), "no other one");
    assertEquals(
        List.of(newest("k3")), keys.updated(SEVERAL, SPEC.secret(secret("k3")), before), "all");
    assertEquals(
        List.of(newest("k1")), keys.updated(SEVERAL, SPEC.secret(secret("k1")), before), "all");
    assertEquals(List.of(), keys.updated(SEVERAL, SPEC.withoutSecret(), before));
    assertEquals(List.of(), keys.updated(SEVERAL, SPEC, List.of()), "none is not generated");
  }

  @Test
  void ofOlderKeysOnlyThoseStayThatTheSchemeCanUseAndCarry() {
    List<StoredKey> before = List.of(newest("k3"), ending("x2", HOUR), ending("k1", HOUR));
    assertEquals(List.of(newest("k3"), ending("k1", HOUR)), keys.updated(SEVERAL, SPEC, before));
    assertEquals(List.of(newest("k3")), keys.updated(SINGLE, SPEC, before));
    assertEquals(
        "the key must begin with x",
        refused(() -> keys.updated(new ListedKeys(true, "x"), SPEC, before)));
  }

  @Test
  void anOverlapIsZeroToAYear() {
    assertDoesNotThrow(() -> Keys.checkOverlap(Duration.ZERO));
    assertDoesNotThrow(() -> Keys.checkOverlap(Duration.ofDays(365)));
    for (Duration bad : List.of(Duration.ofNanos(-1), Duration.ofDays(365).plusNanos(1))) {
      assertEquals(
          "an overlap must be 0 to 365 days: " + bad,
          assertThrows(IllegalArgumentException.class, () -> Keys.checkOverlap(bad)).getMessage());
    }
  }
}
