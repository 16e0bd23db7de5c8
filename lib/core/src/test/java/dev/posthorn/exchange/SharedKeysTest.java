package dev.posthorn.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.Secret;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.dispatch.Samples;
import dev.posthorn.registry.ListedKeys;
import dev.posthorn.store.StoredAuthentication;
import dev.posthorn.store.StoredKey;
import dev.posthorn.webhook.InvalidWebhookException;
import dev.posthorn.webhook.NamedAuthentication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys of a named authentication that a contract can use, and those that it cannot. */
class SharedKeysTest {
  private static final Instant LATER = Instant.EPOCH.plusSeconds(3_600);
  private static final DeliveryContract STRICT =
      Samples.OPEN.named("strict").authentication(new ListedKeys(true, "ab"));

  private static StoredAuthentication shared(String newest, String... older) {
    List<StoredKey> keys = new ArrayList<>(List.of(StoredKey.newest(Secret.of(newest))));
    for (String key : older) {
      keys.add(new StoredKey(Secret.of(key), LATER));
    }
    return new StoredAuthentication(
        new NamedAuthentication(
            Tenant.DEFAULT, "shop", "strict", keys.get(0).secret().fingerprint(), Instant.EPOCH),
        keys,
        1);
  }

  @Test
  void whatAllCanBeUsedOfStaysAsItIs() {
    StoredAuthentication all = shared("ab2", "ab1");
    assertSame(all, SharedKeys.usable(all, STRICT));
  }

  @Test
  void olderKeysThatCannotBeUsedAreLeftOut() {
    StoredAuthentication usable = SharedKeys.usable(shared("ab3", "x2", "ab1"), STRICT);
    assertEquals(List.of(Secret.of("ab3"), Secret.of("ab1")), usable.secrets(Instant.EPOCH));
    assertEquals(List.of(Secret.of("ab3")), usable.secrets(LATER));
  }

  @Test
  void aNewestKeyThatCannotBeUsedSaysWhatToDoAndNotTheKey() {
    assertEquals(
        "the contract \"strict\" cannot use the newest key of the authentication \"shop\" (the key"
            + " must begin with ab): rotate that to one it can use, or give the webhook another"
            + " key",
        assertThrows(
                InvalidWebhookException.class, () -> SharedKeys.usable(shared("x2", "ab1"), STRICT))
            .getMessage());
  }
}
